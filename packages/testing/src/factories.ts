import type {
  Blueprint,
  Cluster,
  ClusterSnapshot,
  ClusterSpec,
  HookDefinition,
  Instance,
  Launch,
  Node,
  NodeShape,
  TierBlueprint,
} from "@muster/core";

/** Values for tests: complete, unremarkable, and changed only where a test says so. */

export const NOW = Date.UTC(2026, 0, 1);

export function aSpec(change: Partial<ClusterSpec> = {}): ClusterSpec {
  return {
    apiVersion: "muster/v1",
    name: "demo",
    product: "weka",
    deployment: "client-backend",
    network: { subnets: ["subnet-0aaaaaaaaaaaaaaaa"], securityGroups: ["sg-0aaaaaaaaaaaaaaaa"] },
    tiers: { backend: { count: 6, instanceTypes: ["i3en.2xlarge"], purchase: "on-demand" } },
    tags: {},
    keepOnFailure: false,
    ...change,
  };
}

export function aShape(change: Partial<NodeShape> = {}): NodeShape {
  return {
    instanceType: "i3en.2xlarge",
    vCpus: 8,
    architecture: "x86_64",
    interfaces: 4,
    volumes: [{ deviceName: "/dev/sdp", sizeGiB: 78, type: "gp3" }],
    instanceStoreDisks: 2,
    parameters: {},
    ...change,
  };
}

export function aTier(change: Partial<TierBlueprint> = {}): TierBlueprint {
  return {
    name: "backend",
    count: 6,
    minimum: 6,
    purchase: "on-demand",
    holdsData: true,
    allOrNothing: true,
    shapes: [aShape()],
    formHooks: ["prepare", "form", "verify"],
    joinHooks: ["prepare", "join", "verify"],
    ...change,
  };
}

export function aBlueprint(change: Partial<Blueprint> = {}): Blueprint {
  return {
    product: "weka",
    deployment: "client-backend",
    tiers: [aTier()],
    verifications: [{ tier: "backend", hook: "verify" }],
    ports: [{ protocol: "tcp", fromPort: 14_000, toPort: 14_100, purpose: "drives" }],
    generatedSecrets: [{ name: "admin", length: 24, purpose: "admin password" }],
    requiredSecrets: [],
    summary: [],
    ...change,
  };
}

const placement = { subnetId: "subnet-0aaaaaaaaaaaaaaaa", availabilityZone: "us-east-1a" };

export function aCluster(change: Partial<Cluster> = {}): Cluster {
  return {
    name: "demo",
    spec: aSpec(),
    status: "deploying",
    fence: 1,
    lease: { operationId: "demo.op", executionArn: "arn:execution", expiresAt: NOW + 900_000 },
    operationId: "demo.op",
    formed: false,
    tiers: { backend: { desired: 6, active: 0 } },
    resolved: {
      placements: [placement],
      images: { x86_64: "ami-0aaaaaaaaaaaaaaaa" },
      instanceTypes: { [`backend/${placement.subnetId}`]: ["i3en.2xlarge"] },
    },
    createdAt: NOW,
    updatedAt: NOW,
    ...change,
  };
}

export function aLaunch(change: Partial<Launch> = {}): Launch {
  return {
    cluster: "demo",
    launchId: "L1",
    operationId: "demo.op",
    tier: "backend",
    state: "launched",
    indexes: [0, 1, 2, 3, 4, 5],
    instanceType: "i3en.2xlarge",
    imageId: "ami-0aaaaaaaaaaaaaaaa",
    ...placement,
    purchase: "on-demand",
    isPartialFine: false,
    cameShort: false,
    requestedAt: NOW,
    ...change,
  };
}

export function aNode(change: Partial<Node> = {}): Node {
  const index = change.index ?? 0;
  return {
    cluster: "demo",
    tier: "backend",
    index,
    state: "online",
    launchId: "L1",
    instanceId: `i-${String(index).padStart(17, "0")}`,
    privateIp: `10.0.0.${10 + index}`,
    availabilityZone: placement.availabilityZone,
    isProtected: true,
    hooksDone: [],
    isMember: false,
    launchedAt: NOW,
    ...change,
  };
}

export function nodes(count: number, change: Partial<Node> = {}): Node[] {
  return Array.from({ length: count }, (_, index) => aNode({ index, ...change }));
}

export function anInstance(node: Node, change: Partial<Instance> = {}): Instance {
  return {
    instanceId: node.instanceId ?? "i-none",
    isSpot: false,
    state: "running",
    availabilityZone: node.availabilityZone,
    privateIp: node.privateIp,
    tags: {},
    launchedAt: node.launchedAt,
    ...change,
  };
}

export function aSnapshot(change: Partial<ClusterSnapshot> = {}): ClusterSnapshot {
  return { cluster: aCluster(), nodes: [], launches: [], hookRuns: [], ...change };
}

export function aHook(change: Partial<HookDefinition> = {}): HookDefinition {
  return {
    name: "prepare",
    document: "weka-prepare",
    targets: "all",
    timeoutSeconds: 600,
    typicalSeconds: () => 60,
    attempts: 2,
    parameters: () => ({}),
    parse: () => ({ ok: true, blockers: [], facts: {} }),
    ...change,
  };
}
