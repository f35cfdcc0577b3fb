import { TAG } from "../cluster/tags.ts";
import { isOnItsWay } from "../node/decide-removal.ts";
import type { ClusterSnapshot } from "../ports/cluster-store.ts";
import type { Instance, Leftovers } from "../ports/compute.ts";

/** Something in EC2 with Muster's tags that no row stands for. */
export interface Stray {
  readonly id: string;
  readonly kind: "instance" | "interface" | "volume";
  /** For instances. */
  readonly availabilityZone?: string | undefined;
  /** Nobody knows how it was launched; what is not spot may be protected from termination. */
  readonly mayBeProtected?: boolean | undefined;
}

/** Strays seen twice, this long apart at least, are ended: what is new or slow to show itself is left alone. */
export const SECOND_SIGHTING_MS = 10 * 60_000;

/**
 * Compares tags with rows. A cluster that an operation works on is that operation's business: its rows are written before
 * its instances, and it looks after its own.
 */
export function findStrays(seen: {
  readonly instances: readonly Instance[];
  readonly leftovers: Leftovers;
  /** By name; clusters that there are not are absent. */
  readonly clusters: ReadonlyMap<string, ClusterSnapshot>;
}): Stray[] {
  const { instances, leftovers, clusters } = seen;
  const strays = instances.filter((instance) => !isOnItsWay(instance) && isStray(instance, clusters));
  const hasAnyone = instances.some((instance) => instance.state !== "terminated");
  // An interface or volume that nobody uses belongs to no instance any more; while instances come and go, some are free.
  const isBusy =
    [...clusters.values()].some(({ cluster }) => cluster.lease !== undefined) ||
    (hasAnyone && instances.some(isOnItsWay));
  return [
    ...strays.map(
      ({ instanceId, availabilityZone, isSpot }) =>
        ({ id: instanceId, kind: "instance", availabilityZone, mayBeProtected: !isSpot }) as const,
    ),
    ...(isBusy
      ? []
      : leftovers.interfaces.filter((i) => !i.inUse).map(({ id }) => ({ id, kind: "interface" }) as const)),
    ...(isBusy ? [] : leftovers.volumes.filter((v) => !v.inUse).map(({ id }) => ({ id, kind: "volume" }) as const)),
  ];
}

function isStray(instance: Instance, clusters: ReadonlyMap<string, ClusterSnapshot>): boolean {
  const snapshot = clusters.get(instance.tags[TAG.cluster] ?? "");
  if (snapshot === undefined) return true;
  if (snapshot.cluster.lease !== undefined) return false;
  return !snapshot.nodes.some((node) => node.instanceId === instance.instanceId);
}
