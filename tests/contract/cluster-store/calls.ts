import { aLaunch, aNode, NOW } from "@muster/testing";
import { anEntry, aWait, successorOf, type Bench } from "./story.ts";

/** One call of the port. */
export interface Call {
  readonly name: string;
  /** Prepares, and answers what is then done under fault. */
  readonly of: (bench: Bench) => Promise<() => Promise<unknown>>;
}

/** Every write of the port, each as somebody does it. */
export const writes: readonly Call[] = [
  {
    name: "take",
    of: async ({ fresh, store }) => {
      const { cluster, operation } = fresh();
      return () => store.take(cluster, operation, undefined);
    },
  },
  {
    name: "take over",
    of: async ({ held, store }) => {
      const made = await held();
      const next = successorOf(made, "next");
      return () => store.take(next.cluster, next.operation, made.cluster);
    },
  },
  {
    name: "write",
    of: async ({ held, store }) => {
      const { name, ref } = await held();
      return () => store.write(ref, [{ put: "launch", launch: aLaunch({ cluster: name }) }]);
    },
  },
  {
    name: "write that gives the lease back",
    of: async ({ held, store }) => {
      const { ref } = await held();
      return () =>
        store.write(ref, [
          { update: "operation", set: { status: "succeeded" } },
          { update: "cluster", set: { lease: undefined } },
        ]);
    },
  },
  {
    name: "write that drops the cluster",
    of: async ({ held, store }) => {
      const { ref } = await held();
      return () => store.write(ref, [{ drop: "cluster" }]);
    },
  },
  {
    name: "write of a look that answers its wait",
    of: async ({ held, store, run }) => {
      const { name, ref } = await held();
      const wait = aWait(ref);
      await run(store.write(ref, [{ put: "wait", wait }]));
      return () => store.writeLook(wait, [{ put: "node", node: aNode({ cluster: name }) }, { drop: "wait" }]);
    },
  },
  {
    name: "record",
    of: async ({ fresh, store }) => {
      const { operation } = fresh();
      return () => store.record({ ...operation, status: "requested" });
    },
  },
  {
    name: "cancel",
    of: async ({ held, store }) => {
      const { name, operation } = await held();
      return () => store.requestCancel(operation.id, name);
    },
  },
  {
    name: "abandon",
    of: async ({ held, store }) => {
      const { operation } = await held();
      return () => store.abandon(operation, { endedAt: NOW + 1 });
    },
  },
  {
    name: "append",
    of: async ({ fresh, store }) => {
      const { name } = fresh();
      return () => store.append(anEntry(name, "01A"));
    },
  },
  {
    name: "claim",
    of: async ({ store }) => {
      const claim = { key: "k", request: "r", operationId: "demo.op", expiresAt: NOW + 3_600_000 };
      return () => store.claimKey(claim);
    },
  },
  {
    name: "sight",
    of:
      async ({ store }) =>
      () =>
        store.sight(["i-1"], NOW, NOW + 3_600_000),
  },
];

export const reads: readonly Call[] = [
  {
    name: "snapshot",
    of:
      async ({ store }) =>
      () =>
        store.snapshot("demo"),
  },
  {
    name: "cluster",
    of:
      async ({ store }) =>
      () =>
        store.cluster("demo"),
  },
  {
    name: "clusters",
    of:
      async ({ store }) =>
      () =>
        store.clusters({ limit: 5 }),
  },
  {
    name: "operation",
    of:
      async ({ store }) =>
      () =>
        store.operation("demo.op"),
  },
  {
    name: "openOperations",
    of:
      async ({ store }) =>
      () =>
        store.openOperations(),
  },
  {
    name: "clusterOf",
    of:
      async ({ store }) =>
      () =>
        store.clusterOf("i-1"),
  },
  {
    name: "timeline",
    of:
      async ({ store }) =>
      () =>
        store.timeline("demo", { limit: 5 }),
  },
];
