import { fork, type Clock, type Random, type StandIn, type StandInFactory } from "@muster/core";
import type { Manifest } from "@muster/manifest";
import type { Caller, ServiceContext } from "./kernel/service.ts";
import { calmCalls, type CallFaults } from "./kernel/faults.ts";
import { Kernel, type Observe } from "./kernel/kernel.ts";
import { Meter } from "./kernel/meter.ts";
import { loader, loadManifest, type Load } from "./load-manifest.ts";
import type { NodeRuntime } from "./nodes/node-runtime.ts";
import { createCloudWatch } from "./services/cloudwatch/create-cloudwatch.ts";
import { createDynamoDb } from "./services/dynamodb/create-dynamodb.ts";
import { createEc2, defaultWorld, publicImageParameters, type Ec2Dials, type Ec2World } from "./services/ec2/index.ts";
import { createEvents } from "./services/events/create-events.ts";
import { calmEvents, type EventDials } from "./services/events/dials.ts";
import { createIam, type Iam } from "./services/iam/create-iam.ts";
import { createLambda } from "./services/lambda/create-lambda.ts";
import { calmLambda, type LambdaDials } from "./services/lambda/dials.ts";
import type { FunctionHost } from "./services/lambda/function-host.ts";
import { createScheduler } from "./services/scheduler/create-scheduler.ts";
import { createSecretsManager } from "./services/secretsmanager/create-secrets-manager.ts";
import { createServiceQuotas, type ServiceQuotas } from "./services/servicequotas/create-service-quotas.ts";
import type { AppliedQuota } from "./services/servicequotas/quota-table.ts";
import { createSqs } from "./services/sqs/create-sqs.ts";
import { createSsm, type SsmDials } from "./services/ssm/index.ts";
import { createStates } from "./services/states/create-states.ts";
import { createSts } from "./services/sts/create-sts.ts";

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
export interface Cloud extends Services {
  readonly kernel: Kernel;
  readonly meter: Meter;
  /** May be turned while it runs, as may the dials of the services. */
  readonly faults: CallFaults;
  readonly eventDials: EventDials;
  readonly lambdaDials: LambdaDials;
  readonly standIns: readonly StandIn[];
  /** The account's own user: the CLI and the console. */
  readonly user: Caller;
  /** Makes what is there before time begins: without a call, so that it takes no time and is not counted. */
  readonly load: Load;
}

type Services = Readonly<ReturnType<typeof createServices>>;

export async function createCloud(options: CloudOptions): Promise<Cloud> {
  const { clock, manifest } = options;
  const { account, region } = manifest.place;
  const random = fork(options.random);
  const meter = new Meter();
  const faults: CallFaults = { ...calmCalls, ...options.faults };
  const eventDials: EventDials = { ...calmEvents, ...options.events };
  const lambdaDials: LambdaDials = { ...calmLambda, ...options.lambda };
  const user: Caller = { arn: `arn:aws:iam::${account}:user/you`, isAccountUser: true };
  // Services speak to each other through what is made after them: events and permissions are looked up when used.
  const late: { emit: ServiceContext["emit"]; iam?: Iam; quotas?: ServiceQuotas } = { emit: () => undefined };
  const emit: ServiceContext["emit"] = (event) => late.emit(event);
  const context = (): ServiceContext => ({ clock, random: fork(random), account, region, emit });
  const kernel = new Kernel({
    clock,
    random: fork(random),
    faults,
    meter,
    authorize: (caller, requests) => late.iam?.authorize(caller, requests),
    ...(options.observe === undefined ? {} : { observe: options.observe }),
  });
  const iam = createIam(context(), (code) => late.quotas?.quotaValue("iam", code));
  late.iam = iam;
  const nodes = await makeNodes(options, kernel, fork(random));
  const functions = options.functions({ kernel, clock, random: fork(random) });
  const services = createServices({ options, context, kernel, iam, eventDials, lambdaDials, functions, ...nodes });
  late.quotas = services.quotas;
  late.emit = (event) => services.events.emit(event);
  const plugins = Object.values(services);
  for (const plugin of plugins) kernel.register(plugin);
  const load = loader(plugins, user);
  await loadManifest({ load, iam, manifest, definitions: options.definitions });
  return { ...services, kernel, meter, faults, eventDials, lambdaDials, user, load, standIns: nodes.standIns };
}

/** Every service's plugin, each with its own source of chance. */
function createServices(made: {
  readonly options: CloudOptions;
  readonly context: () => ServiceContext;
  readonly kernel: Kernel;
  readonly iam: Iam;
  readonly eventDials: EventDials;
  readonly lambdaDials: LambdaDials;
  readonly functions: readonly FunctionHost[];
  readonly runtime: NodeRuntime;
}) {
  const { options, context, kernel, iam, runtime } = made;
  const call: Kernel["call"] = (...args) => kernel.call(...args);
  const canAssume = (roleArn: string, service: string) =>
    iam.findRole(roleArn)?.trustedServices.includes(service) ?? false;
  const ready = defaultWorld(options.manifest.place);
  const world = options.world?.(ready) ?? ready;
  const quotas = createServiceQuotas(context(), { applied: options.quotas });
  const ec2 = createEc2(context(), {
    world,
    quotas: quotas.quotaValue,
    runtime,
    findInstanceProfile: iam.findInstanceProfile,
    ...(options.ec2 === undefined ? {} : { dials: options.ec2 }),
  });
  const ssm = createSsm(context(), {
    nodes: ec2.nodes,
    runtime,
    publicParameters: publicImageParameters(world),
    mayRegister: (arn) => iam.authorize({ arn, isAccountUser: false }, [AGENT_REGISTERS]) === undefined,
    ...(options.ssm === undefined ? {} : { dials: options.ssm }),
  });
  return {
    iam,
    sts: createSts(context(), iam),
    quotas,
    ec2,
    ssm,
    events: createEvents(context(), { call, dials: made.eventDials, canAssume }),
    scheduler: createScheduler(context(), { call, canAssume }),
    lambda: createLambda(context(), { hosts: made.functions, call, dials: made.lambdaDials }),
    states: createStates(context(), { call, canAssume, authorize: iam.authorize }),
    // The table is there from the start, as after a deployment.
    dynamodb: createDynamoDb(context(), { dials: { createTableMs: { min: 0, max: 0 } } }),
    cloudwatch: createCloudWatch(context(), { call }),
    sqs: createSqs(context()),
    secretsManager: createSecretsManager(context(), {}),
  };
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
