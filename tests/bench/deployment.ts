import { measure, type Measured } from "@muster/cli";
import type { Ec2World } from "@muster/local-cloud";
import { aWorld, exampleSpec, violations, type World } from "@muster/testing/world";

/** One deployment of that many backends in virtual time: the real workflows, handlers, clients and documents. */
export interface Deployment {
  readonly nodes: number;
  readonly measured: Measured;
  /** Cloud seconds from the request to `ready`. */
  readonly seconds: number;
  /** What the deployment could not have done without waiting for, in order: cloud seconds each. */
  readonly waits: readonly { readonly what: string; readonly seconds: number }[];
  readonly realSeconds: number;
}

export async function measureDeployment(nodes: number): Promise<Deployment> {
  const realStart = performance.now();
  const world = await aWorld({ quotas: ROOM, cloud: { world: (ready) => withRoom(ready) } });
  const startedAt = world.clock.now();
  const operation = await world.deploy(specOf(nodes));
  if (operation.status !== "succeeded") throw new Error(JSON.stringify(operation.failure));
  const wrong = violations(world);
  if (wrong.length > 0) throw new Error(wrong.join("; "));
  return {
    nodes,
    measured: measure(world.muster, startedAt),
    seconds: ((operation.endedAt === undefined ? Number.NaN : Date.parse(operation.endedAt)) - startedAt) / 1000,
    waits: criticalWaits(world),
    realSeconds: (performance.now() - realStart) / 1000,
  };
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
 * The waits that nobody can shorten: from the first launch to the last (EC2's buckets), from the last launch until the
 * last node is online (boot and agent), and every command from its sending until its last node is done.
 */
function criticalWaits(world: World): Deployment["waits"] {
  const { ec2, ssm } = world.muster.cloud;
  const born = ec2.admin.instances().map((instance) => instance.bornAt);
  const online = ssm.admin.managedNodes().map((node) => node.registeredAt);
  const [first, last, ready] = [Math.min(...born), Math.max(...born), Math.max(...online)];
  return [
    { what: "EC2's buckets", seconds: (last - first) / 1000 },
    { what: "boot and agent", seconds: (ready - last) / 1000 },
    ...ssm.admin.commands().map(({ documentName, requestedAt, endedAt = Number.NaN }) => ({
      what: documentName.replace(/^.*weka-/, ""),
      seconds: (endedAt - requestedAt) / 1000,
    })),
  ];
}
