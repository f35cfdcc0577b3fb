import { aCluster, aNode, anInstance, aSnapshot } from "@muster/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusterTags } from "../cluster/tags.ts";
import type { ClusterSnapshot } from "../ports/cluster-store.ts";
import type { Instance, Leftovers } from "../ports/compute.ts";
import { findStrays } from "./decide-sweep.ts";

const { lease: _, ...free } = aCluster({ status: "ready" });
const node = aNode({ state: "active" });
const ready = aSnapshot({ cluster: free, nodes: [node] });
const busy = aSnapshot({ nodes: [node] });
const none: Leftovers = { interfaces: [], volumes: [] };
const leftBehind: Leftovers = {
  interfaces: [
    { id: "eni-free", inUse: false },
    { id: "eni-used", inUse: true },
  ],
  volumes: [
    { id: "vol-free", inUse: false },
    { id: "vol-used", inUse: true },
  ],
};

function tagged(instanceId: string, change: Partial<Instance> = {}, cluster = "demo"): Instance {
  return anInstance(node, { instanceId, tags: clusterTags("test", cluster), ...change });
}

function sweep(snapshots: readonly ClusterSnapshot[], instances: readonly Instance[], leftovers = none): string[] {
  const clusters = new Map(snapshots.map((snapshot) => [snapshot.cluster.name, snapshot]));
  return findStrays({ instances, leftovers, clusters }).map(({ id }) => id);
}

describe("an instance with Muster's tags", () => {
  it.each([
    { why: "a node has it", snapshots: [ready], instance: tagged(node.instanceId ?? "") },
    { why: "an operation works on its cluster", snapshots: [busy], instance: tagged("i-new") },
    { why: "it is shutting down", snapshots: [ready], instance: tagged("i-other", { state: "shutting-down" }) },
    { why: "it has ended", snapshots: [], instance: tagged("i-other", { state: "terminated" }) },
  ])("is no stray when $why", ({ snapshots, instance }) => {
    expect(sweep(snapshots, [instance])).toEqual([]);
  });

  it.each(["pending", "running", "stopping", "stopped"] as const)("is one when no row knows it (%s)", (state) => {
    expect(sweep([ready], [tagged("i-other", { state })])).toEqual(["i-other"]);
  });

  it.each([
    { why: "there is no such cluster", instance: tagged("i-1", {}, "gone") },
    { why: "it names none", instance: tagged("i-1", { tags: { "muster:stage": "test" } }) },
    { why: "only a node of another cluster has such an id", instance: tagged(node.instanceId ?? "", {}, "gone") },
  ])("is one when $why", ({ instance }) => {
    expect(sweep([ready], [instance])).toHaveLength(1);
  });

  it("is taken for protected unless it is spot: nobody knows how it was launched", () => {
    const instances = [tagged("i-demand"), tagged("i-spot", { isSpot: true, availabilityZone: "us-east-1b" })];
    expect(findStrays({ instances, leftovers: none, clusters: new Map() })).toEqual([
      { id: "i-demand", kind: "instance", availabilityZone: node.availabilityZone, mayBeProtected: true },
      { id: "i-spot", kind: "instance", availabilityZone: "us-east-1b", mayBeProtected: false },
    ]);
  });
});

describe("an interface or volume with Muster's tags", () => {
  it("is a stray when nobody uses it", () => {
    expect(sweep([], [], leftBehind)).toEqual(["eni-free", "vol-free"]);
    expect(sweep([ready], [tagged(node.instanceId ?? "")], leftBehind)).toEqual(["eni-free", "vol-free"]);
  });

  it.each([
    { why: "an operation works on a cluster", snapshots: [busy], instances: [tagged(node.instanceId ?? "")] },
    {
      why: "an instance is on its way out while others live",
      snapshots: [ready],
      instances: [tagged(node.instanceId ?? ""), tagged("i-other", { state: "shutting-down" })],
    },
  ])("is left alone while $why", ({ snapshots, instances }) => {
    expect(sweep(snapshots, instances, leftBehind)).toEqual([]);
  });
});

describe("whatever a sweep sees", () => {
  const state = fc.constantFrom("pending", "running", "shutting-down", "terminated", "stopping", "stopped");
  const worlds = fc.record({
    places: fc.array(fc.record({ cluster: fc.constantFrom("a", "b", "c"), state, hasNode: fc.boolean() }), {
      maxLength: 20,
    }),
    leased: fc.subarray(["a", "b", "c"]),
    missing: fc.subarray(["a", "b", "c"]),
    free: fc.array(fc.boolean(), { maxLength: 5 }),
  });

  it("no stray is a node's, of a cluster under an operation, on its way out, or in use", () => {
    fc.assert(
      fc.property(worlds, ({ places, leased, missing, free }) => {
        const seen = places.map((place, i) => ({
          ...place,
          instance: tagged(`i-${i}`, { state: place.state }, place.cluster),
        }));
        const snapshots = ["a", "b", "c"]
          .filter((name) => !missing.includes(name))
          .map((name) => {
            const own = seen.filter((one) => one.cluster === name && one.hasNode);
            const nodes = own.map(({ instance: { instanceId } }, index) => aNode({ cluster: name, index, instanceId }));
            const lease = leased.includes(name) ? aCluster().lease : undefined;
            return aSnapshot({ cluster: aCluster({ name, lease }), nodes });
          });
        const leftovers = { interfaces: free.map((isFree, i) => ({ id: `eni-${i}`, inUse: !isFree })), volumes: [] };
        const clusters = new Map(snapshots.map((snapshot) => [snapshot.cluster.name, snapshot]));
        const strays = new Set(
          findStrays({ instances: seen.map(({ instance }) => instance), leftovers, clusters }).map(({ id }) => id),
        );
        const wrong = seen.filter(
          ({ instance, cluster, hasNode, state }) =>
            strays.has(instance.instanceId) &&
            ((!missing.includes(cluster) && (hasNode || leased.includes(cluster))) ||
              state === "terminated" ||
              state === "shutting-down"),
        );
        const inUse = leftovers.interfaces.filter(({ id, inUse }) => inUse && strays.has(id));
        expect([...wrong, ...inUse]).toEqual([]);
      }),
    );
  });
});
