import {
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type RunInstancesCommandInput,
  type TagSpecification,
} from "@aws-sdk/client-ec2";
import { SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { launchTags, nodeRoleName, nodeRolePath } from "@muster/core";
import { killOne } from "@muster/local-cloud";
import {
  awsError,
  exampleSpec,
  failNext,
  makeOwnProfile,
  type World,
  type WorldOptions,
  TRUSTS_EC2,
} from "@muster/testing/world";

/** Something that happens to a cluster; told to its end, it has used the permissions that it is about. */
export interface Life {
  readonly title: string;
  readonly options?: WorldOptions;
  readonly live: (world: World) => Promise<void>;
}

const HOUR_MS = 3_600_000;

const example = exampleSpec();
const tiersOf = (client: Readonly<Record<string, unknown>>) => ({
  backend: { count: 6, instanceTypes: ["i3en.2xlarge"] },
  client: { count: 1, instanceTypes: ["c5.2xlarge"], ...client },
});
const small = exampleSpec({ tiers: tiersOf({}) });
const withSpot = exampleSpec({ tiers: tiersOf({ purchase: "spot" }) });
/** More nodes than one transaction of DynamoDB writes. */
const large = exampleSpec({
  tiers: { backend: { count: 110, instanceTypes: ["i3en.2xlarge"] } },
  network: { ...example.network, placementGroup: undefined },
});

/** What together uses everything that Muster may do. */
export const lives: readonly Life[] = [
  {
    title: "a plan, a deployment with spot clients, every list, and two destructions at once",
    live: async (world) => {
      const { api, run } = world;
      // Quotas that nobody ever asked for have a default, and no value of the account's own: not enough for a cluster.
      const isUnknown = awsError(
        "NoSuchResourceException",
        "The request failed because the specified quota does not exist.",
      );
      failNext(world, "GetServiceQuota", isUnknown);
      await run(api.plan(withSpot));
      failNext(world, "GetServiceQuota", isUnknown);
      await world.deploy(withSpot);
      const deployed = await world.deploy(withSpot);
      await run(api.clusters());
      await run(api.cluster("demo"));
      await run(api.nodes("demo"));
      await run(api.timeline("demo", 10));
      await run(api.operation(deployed.id));
      const { id } = await run(api.destroy("demo"));
      await world.until(() => isAt(world, "Terminating"));
      await world.startByHand("destroy-cluster", { cluster: "demo", confirm: "demo" });
      await world.ended(id);
    },
  },
  {
    title: "a plan, a deployment and a destruction with an instance profile of the user's own",
    live: async (world) => {
      await makeOwnProfile(world, "mine");
      const spec = exampleSpec({ tiers: tiersOf({}), instanceProfile: "mine" });
      await world.run(world.api.plan(spec));
      const { status } = await world.deploy(spec);
      if (status !== "succeeded") throw new Error(`the deployment ${status}`);
      await world.destroy("demo");
    },
  },
  {
    title: "a deployment without capacity for its clients is put back, with what its instances left behind",
    options: {
      cloud: {
        ec2: { capacity: ({ instanceType }) => (instanceType === "c5.2xlarge" ? 0 : Number.POSITIVE_INFINITY) },
      },
    },
    live: async (world) => {
      const { id } = await world.run(world.api.deploy(small));
      await world.until(() => isAt(world, "verify"));
      await leaveBehind(world, id);
      await world.ended(id);
    },
  },
  {
    title: "nodes die while they start and when their tier is whole, and one lives that nobody knows",
    live: async (world) => {
      const { admin } = world.muster.cloud.ec2;
      const { id } = await world.run(world.api.deploy(small));
      await world.until(() => admin.instances().length === 6);
      admin.failHardware(admin.instances()[0]?.instanceId ?? "", "silent");
      await world.until(() => isAt(world, "verify"));
      await runStray(world, "demo");
      await world.until(() => isAt(world, "mount"));
      const backend = world.rows().nodes.find((node) => node.tier === "backend");
      admin.failHardware(backend?.instanceId ?? "", "terminated");
      await world.ended(id);
    },
  },
  {
    title: "a hook fails on every node, and its sender dies right after it was sent",
    options: {
      weka: {
        fault: ({ argv }) =>
          argv[0] === "mkfs.ext4" ? { exitCode: 1, stderr: "mkfs.ext4: Device or resource busy\n" } : undefined,
      },
      // Its calls: the snapshot, the row of the run, SSM.
      cloud: {
        lambda: { killAfterCalls: killOne({ functionName: "muster-local-send-hook", runNumber: 1, afterCalls: 3 }) },
      },
    },
    live: async (world) => {
      await world.deploy(small);
    },
  },
  {
    title: "a cluster of more nodes than one transaction writes",
    live: async (world) => {
      await world.deploy(large);
    },
  },
  {
    title: "a deployment is cancelled in the middle of a hook, and another in the moment in which it begins to wait",
    live: async (world) => {
      const { api, run } = world;
      const first = await run(api.deploy(small));
      await world.until(() => isAt(world, "prepare: "));
      await run(api.cancel(first.id));
      await world.ended(first.id);
      const second = await run(api.deploy(small));
      const { faults } = world.muster.cloud;
      faults.script = ({ operation, caller }) => {
        if (operation !== "TransactWriteItems" || !caller.arn.endsWith("watch-progress")) return undefined;
        faults.script = undefined;
        void api.cancel(second.id);
        return "throttle";
      };
      await world.ended(second.id);
    },
  },
  {
    title: "workflows are stopped in the console, and the sweep destroys what they left, and strays of nobody",
    live: async (world) => {
      const { id } = await world.run(world.api.deploy(small));
      await world.until(() => isAt(world, "prepare: "));
      await runStray(world, "forgotten");
      await forgetRole(world);
      await leaveBehind(world, "forgotten.op");
      await stop(world, id);
      await world.until(() => isAt(world, "Terminating"));
      await stop(world, "demo.recover");
      await world.clock.advance(3 * HOUR_MS);
    },
  },
  {
    title: "a workflow dies in its last step, and the sweep says that the cluster is ready",
    live: async (world) => {
      const failed = awsError("InternalError", "not now", 400);
      world.muster.cloud.faults.script = ({ operation, caller }) =>
        operation === "TransactWriteItems" && caller.arn.endsWith("-finish-operation") ? failed : undefined;
      await world.run(world.api.deploy(small));
      await world.clock.advance(HOUR_MS);
      if (world.rows().clusters[0]?.status !== "ready") throw new Error("the sweep has not completed the deployment");
    },
  },
  {
    title: "a workflow is stopped in the console and its cluster taken over at once; events and sweeps are given up",
    live: async (world) => {
      const { id } = await world.run(world.api.deploy(small));
      await world.until(() => isAt(world, "form: "));
      await stop(world, id);
      await world.startByHand("destroy-cluster", { cluster: "demo", confirm: "demo" });
      const malformed = { "detail-type": "EC2 Instance State-change Notification", detail: { state: "stopping" } };
      world.muster.cloud.events.emit({ source: "aws.ec2", resources: [], ...malformed });
      world.muster.cloud.faults.script = ({ operation, caller }) =>
        operation === "Invoke" && caller.arn.endsWith("-sweep") ? "throttle" : undefined;
      await world.clock.advance(2 * HOUR_MS);
      // Delivered, and failing until Lambda gives it up as well.
      world.muster.cloud.faults.script = ({ operation, caller }) =>
        operation === "DescribeNetworkInterfaces" && caller.arn.endsWith("-reconcile-clusters")
          ? "throttle"
          : undefined;
      await world.clock.advance(2 * HOUR_MS);
    },
  },
];

function isAt(world: World, text: string): boolean {
  return world.rows().operations.some((operation) => operation.step.includes(text));
}

/** Stops a workflow as a person does in the console: it does not get to its last step. */
async function stop(world: World, name: string): Promise<void> {
  const { executions } = world.muster.cloud.states.inspect();
  const running = executions.find(({ arn, status }) => status === "RUNNING" && arn.includes(`:${name}`));
  if (running === undefined) throw new Error(`no execution ${name} runs`);
  await world.run(world.client(SFNClient).send(new StopExecutionCommand({ executionArn: running.arn })));
}

function tagged(type: TagSpecification["ResourceType"], operationId: string): TagSpecification {
  const cluster = operationId.split(".")[0] ?? "";
  const tags = launchTags({ stage: "local", cluster, tier: "backend", operationId, launchId: "stray", userTags: {} });
  return { ResourceType: type, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

/** An instance that no row knows, protected, with Muster's tags: as a launch leaves it that nobody heard of. */
async function runStray(world: World, cluster: string): Promise<void> {
  const TagSpecifications = [tagged("instance", `${cluster}.op`)];
  await launch(world, { DisableApiTermination: true, SubnetId: subnetId, TagSpecifications });
}

/** The role and profile of a cluster that is long gone. */
async function forgetRole({ muster, clock }: World): Promise<void> {
  const { cloud, manifest } = muster;
  const name = nodeRoleName("forgotten", clock.now());
  const Path = nodeRolePath(manifest.place);
  await cloud.load("iam", "CreateRole", { RoleName: name, Path, AssumeRolePolicyDocument: TRUSTS_EC2 });
  await cloud.load("iam", "AttachRolePolicy", { RoleName: name, PolicyArn: manifest.nodePolicy.arn });
  await cloud.load("iam", "CreateInstanceProfile", { InstanceProfileName: name, Path });
  await cloud.load("iam", "AddRoleToInstanceProfile", { InstanceProfileName: name, RoleName: name });
  // One of which only the profile is left, and one of which only the role is.
  await cloud.load("iam", "CreateInstanceProfile", { InstanceProfileName: `${name}x`, Path });
  await cloud.load("iam", "CreateRole", { RoleName: `${name}y`, Path, AssumeRolePolicyDocument: TRUSTS_EC2 });
}

/** An interface and a volume that outlive their instance. */
async function leaveBehind(world: World, operationId: string): Promise<void> {
  const InstanceIds = await launch(world, {
    NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: subnetId, DeleteOnTermination: false }],
    BlockDeviceMappings: [{ DeviceName: "/dev/sdf", Ebs: { VolumeSize: 10, DeleteOnTermination: false } }],
    TagSpecifications: [tagged("network-interface", operationId), tagged("volume", operationId)],
  });
  // EC2 takes a moment until it knows an instance by its id.
  await world.clock.advance(5_000);
  await world.run(world.client(EC2Client).send(new TerminateInstancesCommand({ InstanceIds })));
}

const [subnetId] = example.network.subnets;

async function launch(world: World, input: Partial<RunInstancesCommandInput>): Promise<string[]> {
  const ImageId = world.rows().launches[0]?.imageId;
  const common = { ImageId, InstanceType: "m5.large", MinCount: 1, MaxCount: 1 } as const;
  const answer = await world.run(world.client(EC2Client).send(new RunInstancesCommand({ ...common, ...input })));
  return (answer.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
}
