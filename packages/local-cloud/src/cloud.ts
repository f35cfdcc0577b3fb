import { fork, type Clock, type Random, type StandIn, type StandInFactory } from "@muster/core";
import type { Manifest } from "@muster/manifest";
import type { ServicePlugin, Caller, ServiceContext } from "./kernel/service.ts";
import { calmCalls, type CallFaults } from "./kernel/faults.ts";
import { Kernel, type Observe } from "./kernel/kernel.ts";
import { Meter } from "./kernel/meter.ts";
import { loader, loadManifest, type Load } from "./load-manifest.ts";
import type { NodeRuntime } from "./nodes/node-runtime.ts";
import { createCloudWatch, type CloudWatch } from "./services/cloudwatch/create-cloudwatch.ts";
import { createDynamoDb, type DynamoDb } from "./services/dynamodb/create-dynamodb.ts";
import {
  createEc2,
  defaultWorld,
  publicImageParameters,
  type Ec2,
  type Ec2Dials,
  type Ec2World,
} from "./services/ec2/index.ts";
import { createEvents, type Events } from "./services/events/create-events.ts";
import { calmEvents, type EventDials } from "./services/events/dials.ts";
import { createIam, type Iam } from "./services/iam/create-iam.ts";
import { createLambda, type Lambda } from "./services/lambda/create-lambda.ts";
import { calmLambda, type LambdaDials } from "./services/lambda/dials.ts";
import type { FunctionHost } from "./services/lambda/function-host.ts";
import { createScheduler } from "./services/scheduler/create-scheduler.ts";
import { createSecretsManager } from "./services/secretsmanager/create-secrets-manager.ts";
import { createServiceQuotas, type ServiceQuotas } from "./services/servicequotas/create-service-quotas.ts";
import type { AppliedQuota } from "./services/servicequotas/quota-table.ts";
import { createSqs } from "./services/sqs/create-sqs.ts";
import { createSsm, type Ssm, type SsmDials } from "./services/ssm/index.ts";
import { createStates, type States } from "./services/states/create-states.ts";
import { createSts, type Sts } from "./services/sts/create-sts.ts";

export interface CloudOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly manifest: Manifest;
  /** Definitions of the manifest's machines, by folder name, as their files say them. */
  readonly definitions: Readonly<Record<string, string>>;
  /** Makes the functions of the manifest, pointed at this cloud. */
  readonly functions: (cloud: CloudConnection) => readonly FunctionHost[];
  /** What stands in for the products inside instances. */
  readonly standIns: readonly StandInFactory[];
  /** What runs inside the instances. */
  readonly runtime: (standIns: readonly StandIn[]) => NodeRuntime | Promise<NodeRuntime>;
  /** What the account has instead of AWS's default quotas. */
  readonly quotas: readonly AppliedQuota[];
  readonly faults?: Partial<CallFaults>;
  readonly ec2?: Partial<Ec2Dials>;
  readonly ssm?: Partial<SsmDials>;
  readonly events?: Partial<EventDials>;
  readonly lambda?: Partial<LambdaDials>;
  /** Told of every call that worked. */
  readonly observe?: Observe;
  /** Changes the ready-made network before anything runs in it. */
  readonly world?: (world: Ec2World) => Ec2World;
}

/** What a function needs of the cloud to be made. */
export interface CloudConnection {
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly random: Random;
}

/** The embedded AWS: every service behind one kernel, loaded with a manifest. */
export interface Cloud {
  readonly kernel: Kernel;
  readonly meter: Meter;
  /** May be turned while it runs, as may the dials of the services. */
  readonly faults: CallFaults;
  readonly dynamodb: DynamoDb;
  readonly ec2: Ec2;
  readonly events: Events;
  readonly eventDials: EventDials;
  readonly iam: Iam;
  readonly lambda: Lambda;
  readonly lambdaDials: LambdaDials;
  readonly quotas: ServiceQuotas;
  readonly ssm: Ssm;
  readonly states: States;
  readonly sts: Sts;
  readonly cloudwatch: CloudWatch;
  readonly standIns: readonly StandIn[];
  /** The account's own user: the CLI and the console. */
  readonly user: Caller;
  /** Makes what is there before time begins: without a call, so that it takes no time and is not counted. */
  readonly load: Load;
}

export async function createCloud(options: CloudOptions): Promise<Cloud> {
  const { clock, manifest } = options;
  const { account, region } = manifest.place;
  const random = fork(options.random);
  const meter = new Meter();
  const faults: CallFaults = { ...calmCalls, ...options.faults };
  const eventDials: EventDials = { ...calmEvents, ...options.events };
  const lambdaDials: LambdaDials = { ...calmLambda, ...options.lambda };
  // Services speak to each other through what is made after them: events and permissions are looked up when used.
  const late: { emit: ServiceContext["emit"]; iam?: Iam } = { emit: () => undefined };
  const context = (): ServiceContext => ({
    clock,
    random: fork(random),
    account,
    region,
    emit: (event) => late.emit(event),
  });
  const kernel = new Kernel({
    clock,
    random: fork(random),
    faults,
    meter,
    authorize: (caller, requests) => late.iam?.authorize(caller, requests),
    ...(options.observe === undefined ? {} : { observe: options.observe }),
  });
  const call: Kernel["call"] = (...args) => kernel.call(...args);

  const iam = createIam(context());
  late.iam = iam;
  const canAssume = (roleArn: string, service: string) =>
    iam.findRole(roleArn)?.trustedServices.includes(service) ?? false;
  const events = createEvents(context(), { call, dials: eventDials, canAssume });
  late.emit = (event) => events.emit(event);
  const quotas = createServiceQuotas(context(), { applied: options.quotas });
  const nodes = await makeNodes(options, kernel, fork(random));
  const ready = defaultWorld({ region, account });
  const world = options.world?.(ready) ?? ready;
  const ec2 = createEc2(context(), {
    world,
    quotas: quotas.quotaValue,
    runtime: nodes.runtime,
    findInstanceProfile: iam.findInstanceProfile,
    ...(options.ec2 === undefined ? {} : { dials: options.ec2 }),
  });
  const ssm = createSsm(context(), {
    nodes: ec2.nodes,
    runtime: nodes.runtime,
    publicParameters: publicImageParameters(world),
    mayRegister: (arn) => iam.authorize({ arn, isAccountUser: false }, [AGENT_REGISTERS]) === undefined,
    ...(options.ssm === undefined ? {} : { dials: options.ssm }),
  });
  const user: Caller = { arn: `arn:aws:iam::${account}:user/you`, isAccountUser: true };
  // The table is there from the start, as after a deployment.
  const dynamodb = createDynamoDb(context(), { dials: { createTableMs: { min: 0, max: 0 } } });
  const states = createStates(context(), { call, canAssume, authorize: iam.authorize });
  const sts = createSts(context(), iam);
  const cloudwatch = createCloudWatch(context(), { call });
  const hosts = options.functions({ kernel, clock, random: fork(random) });
  const lambda = createLambda(context(), { hosts, call, dials: lambdaDials });
  const scheduler = createScheduler(context(), { call, canAssume });
  const others = [createSqs(context()), createSecretsManager(context(), {}), scheduler];
  const plugins: ServicePlugin[] = [
    dynamodb,
    ec2,
    events,
    iam,
    lambda,
    quotas,
    ssm,
    states,
    sts,
    cloudwatch,
    ...others,
  ];
  for (const plugin of plugins) kernel.register(plugin);
  const load = loader(plugins, user);
  await loadManifest({ load, iam, manifest, definitions: options.definitions });
  const made = { kernel, meter, faults, eventDials, lambdaDials, user, load, standIns: nodes.standIns };
  return { ...made, dynamodb, ec2, events, iam, lambda, quotas, ssm, states, sts, cloudwatch };
}

async function makeNodes(
  options: CloudOptions,
  kernel: Kernel,
  random: Random,
): Promise<{ standIns: StandIn[]; runtime: NodeRuntime }> {
  const { clock } = options;
  const standIns = options.standIns.map((make) =>
    make({
      clock,
      random: fork(random),
      // A node reads secrets as itself: through IAM, with the role of its instance profile.
      readSecret: async ({ instanceId, roleArn, secretId }) => {
        if (roleArn === undefined) return { error: { code: "NoCredentials", message: "Unable to locate credentials" } };
        try {
          const caller: Caller = { arn: roleArn, isAccountUser: false, sessionName: instanceId };
          const answer = (await kernel.call("secretsmanager", "GetSecretValue", { SecretId: secretId }, caller)) as {
            SecretString?: string;
          };
          return { value: answer.SecretString ?? "" };
        } catch (error) {
          const { code, message } = error as { code?: string; message: string };
          return { error: { code: code ?? "Unknown", message } };
        }
      },
    }),
  );
  return { standIns, runtime: await options.runtime(standIns) };
}

/** What an SSM agent calls first; AmazonSSMManagedInstanceCore allows it. */
const AGENT_REGISTERS = { action: "ssm:UpdateInstanceInformation", resource: "*" } as const;
