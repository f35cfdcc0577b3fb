import type { Blueprint, ClusterSpec, NodeShape, PortRule, TierBlueprint } from "@muster/core";
import {
  BACKENDS_MIN,
  COMPUTE_PORT,
  CONFIG_FILESYSTEM_BYTES,
  CONTAINER_PORTS,
  DRIVES_PORT,
  FRONTEND_PORT,
} from "./limits.ts";
import { healthyServersMin, netBytes, serversFloor, simultaneousFailures } from "./protection.ts";
import { backendShape, clientShape, rawBytesOf } from "./sizing.ts";
import { CLIENT_TIER, CONVERGED, dataTier, planOf, type WekaPlan } from "./spec-section.ts";

/** Short name of the secret that holds the cluster's admin password. */
export const ADMIN_SECRET = "admin-password";
/** WEKA asks for 8 characters of three kinds; Secrets Manager mixes all four kinds into what it makes. */
const ADMIN_PASSWORD_CHARACTERS = 24;

/** The layout that a checked spec means. */
export function wekaBlueprint(spec: ClusterSpec): Blueprint {
  const plan = planOf(spec);
  return {
    product: "weka",
    deployment: spec.deployment,
    tiers: [dataTierBlueprint(spec, plan), ...clientTierBlueprint(spec, plan)],
    verifications: [{ tier: dataTier(spec.deployment), hook: "verify" }],
    ports: ports(plan),
    generatedSecrets: [
      { name: ADMIN_SECRET, length: ADMIN_PASSWORD_CHARACTERS, purpose: "Password of WEKA's user admin." },
    ],
    requiredSecrets: [
      { id: plan.section.tokenSecret, purpose: "Your token for get.weka.io.", path: "weka.tokenSecret" },
    ],
    summary: summary(spec, plan),
  };
}

function dataTierBlueprint(spec: ClusterSpec, plan: WekaPlan): TierBlueprint {
  const name = dataTier(spec.deployment);
  const tier = spec.tiers[name];
  // Converged nodes run the application too, so they mount what they store.
  const mount = spec.deployment === CONVERGED ? ["mount"] : [];
  return {
    name,
    count: plan.backends,
    minimum: serversFloor(plan.protection),
    purchase: "on-demand",
    holdsData: true,
    allOrNothing: true,
    shapes: (tier?.instanceTypes ?? []).map((type) => backendShape(type, plan.hasFrontend)),
    // join after form does nothing for those that form took in, and takes in who replaced one that died meanwhile.
    formHooks: ["prepare", "form", "join", ...mount, "verify"],
    joinHooks: ["prepare", "join", ...mount, "verify"],
  };
}

function clientTierBlueprint(spec: ClusterSpec, plan: WekaPlan): TierBlueprint[] {
  const tier = spec.tiers[CLIENT_TIER];
  if (tier === undefined) return [];
  const { client } = plan.section;
  const shapes: NodeShape[] = tier.instanceTypes.map((type) => clientShape(type, client));
  return [
    {
      name: CLIENT_TIER,
      count: tier.count,
      minimum: 0,
      purchase: tier.purchase,
      holdsData: false,
      allOrNothing: false,
      shapes,
      formHooks: ["mount"],
      joinHooks: ["mount"],
      leaveHooks: ["unmount"],
    },
  ];
}

/** docs.weka.io, "Required ports": 100 from each container's base port, both protocols, between all members. */
function ports({ hasFrontend }: WekaPlan): PortRule[] {
  const bases = [
    [DRIVES_PORT, "WEKA drives containers and the management API"],
    [COMPUTE_PORT, "WEKA compute containers"],
    ...(hasFrontend ? [[FRONTEND_PORT, "WEKA frontend containers"] as const] : []),
  ] as const;
  return bases.flatMap(([fromPort, purpose]) =>
    (["tcp", "udp"] as const).map((protocol) => ({ protocol, fromPort, toPort: fromPort + CONTAINER_PORTS, purpose })),
  );
}

function summary(spec: ClusterSpec, plan: WekaPlan): string[] {
  const { protection, backends, filesystem, section } = plan;
  const instanceType = spec.tiers[dataTier(spec.deployment)]?.instanceTypes[0] ?? "";
  const raw = rawBytesOf(instanceType) * backends;
  const net = netBytes(raw, backends, protection);
  const floor = serversFloor(protection);
  return [
    `WEKA ${section.version} on ${backends} x ${instanceType}: ${terabytes(raw)} raw, ${terabytes(net)} net.`,
    `Stripes of ${protection.data} + ${protection.parity} with ${protection.hotSpares} hot ${protection.hotSpares === 1 ? "spare" : "spares"}; data and parity stay so for ever.`,
    `${simultaneousFailures(protection)} servers may fail at the same moment without loss, and IO goes on with ${healthyServersMin(protection)} healthy ones.`,
    `It can shrink to ${floor} servers${floor === BACKENDS_MIN ? ", WEKA's minimum" : ""}.`,
    filesystem === undefined
      ? "No filesystem is made."
      : `Filesystem ${filesystem.name} of ${filesystem.bytes === "all" ? `about ${terabytes(net - CONFIG_FILESYSTEM_BYTES)}, all there is` : terabytes(filesystem.bytes)}, mounted at ${section.client.mountPath}.`,
  ];
}

function terabytes(bytes: number): string {
  return `${(bytes / 1e12).toFixed(1)} TB`;
}
