import { measure, type Measured } from "@muster/cli";
import { PROFILE_SPREAD_MS, type Ec2World } from "@muster/local-cloud";
import { aWorld, exampleSpec, violations, type World } from "@muster/testing/world";
import { meterCapacity, type Capacity } from "./capacity.ts";

/** One deployment of that many backends in virtual time: the real workflows, handlers, clients and documents. */
export interface Deployment {
  readonly nodes: number;
  /** What the whole deployment asked of AWS, the nodes' own calls too. */
  readonly measured: Measured;
  /** Calls that nodes make themselves: each reads its product's secrets. */
  readonly callsByNodes: number;
  readonly capacity: Capacity;
  /** Cloud seconds from the request to `ready`. */
  readonly seconds: number;
  /** What the deployment could not have done without waiting for, in order: cloud seconds each. */
  readonly waits: readonly { readonly what: string; readonly seconds: number }[];
  /** What an hour costs in which nothing happens to the cluster. */
  readonly idleHour: Pick<Measured, "calls" | "stateTransitions" | "lambdaInvocations">;
  readonly interfacesPerNode: number;
  readonly realSeconds: number;
}

export async function measureDeployment(nodes: number): Promise<Deployment> {
  const realStart = performance.now();
  const world = await aWorld({ quotas: ROOM, cloud: { world: (ready) => withRoom(ready) } });
  const capacity = meterCapacity(world.muster.cloud.kernel);
  const startedAt = world.clock.now();
  const operation = await world.deploy(specOf(nodes));
  if (operation.status !== "succeeded" || operation.endedAt === undefined)
    throw new Error(JSON.stringify(operation.failure));
  const measured = measure(world.muster, startedAt);
  const deployed = {
    nodes,
    measured,
    callsByNodes: callsByNodes(world),
    capacity: { ...capacity },
    seconds: (Date.parse(operation.endedAt) - startedAt) / 1000,
    waits: criticalWaits(world),
    interfacesPerNode: (world.muster.cloud.ec2.admin.instances()[0]?.interfaceIds ?? []).length,
  };
  const idleHour = await measureIdleHour(world, measured);
  const wrong = violations(world);
  if (wrong.length > 0) throw new Error(wrong.join("; "));
  return { ...deployed, idleHour, realSeconds: (performance.now() - realStart) / 1000 };
}

async function measureIdleHour(world: World, before: Measured): Promise<Deployment["idleHour"]> {
  await world.clock.advance(3_600_000);
  const after = measure(world.muster, 0);
  return {
    calls: after.calls - before.calls,
    stateTransitions: after.stateTransitions - before.stateTransitions,
    lambdaInvocations: after.lambdaInvocations - before.lambdaInvocations,
  };
}

function callsByNodes(world: World): number {
  const [cluster] = world.rows().clusters;
  return world.muster.cloud.meter
    .rows()
    .filter(({ by }) => by.includes(cluster?.nodeRole ?? "no role"))
    .reduce((sum, { calls }) => sum + calls, 0);
}

function specOf(count: number) {
  const { tiers, network } = exampleSpec();
  return exampleSpec({
    // A placement group holds a few hundred at most before capacity runs out; the sizes are to differ in nothing else.
    network: { subnets: network.subnets.slice(0, 1), securityGroups: network["securityGroups"] },
    tiers: { backend: { ...tiers["backend"], count } },
  });
}

/** Quotas that an account of a thousand nodes has been given. */
const ROOM = [
  { serviceCode: "ec2", quotaCode: "L-1216C47A", value: 100_000 },
  { serviceCode: "vpc", quotaCode: "L-DF5E4CA3", value: 50_000 },
  { serviceCode: "ebs", quotaCode: "L-7A658B76", value: 1_000 },
];

/** A first subnet of 16,384 addresses instead of 4,096. */
function withRoom(ready: Ec2World): Ec2World {
  return {
    ...ready,
    subnets: ready.subnets.map((subnet, index) => ({ ...subnet, cidr: `172.31.${index * 64}.0/18` })),
  };
}

/**
 * The waits that nobody can shorten: until EC2 knows the profile that IAM has just made, from the first launch to the last (EC2's buckets), from the last launch until the
 * last node is online (boot and agent), and every command from its sending until its last node is done.
 */
function criticalWaits(world: World): Deployment["waits"] {
  const { ec2, ssm } = world.muster.cloud;
  const born = ec2.admin.instances().map((instance) => instance.bornAt);
  const online = ssm.admin.managedNodes().map((node) => node.registeredAt);
  const [first, last, ready] = [Math.min(...born), Math.max(...born), Math.max(...online)];
  return [
    { what: "profile known to EC2", seconds: PROFILE_SPREAD_MS / 1000 },
    { what: "launches", seconds: (last - first) / 1000 },
    { what: "boot and agent", seconds: (ready - last) / 1000 },
    ...ssm.admin.commands().map(({ documentName, requestedAt, endedAt = Number.NaN }) => ({
      what: documentName.replace(/^.*weka-/, ""),
      seconds: (endedAt - requestedAt) / 1000,
    })),
  ];
}
