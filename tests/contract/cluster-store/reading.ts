import { TIER_NODES_MAX } from "@muster/core";
import { aCluster, aLaunch, aNode, nodes, NOW } from "@muster/testing";
import { expect } from "vitest";
import { clusterItem, nodeItem, operationItem, toItem, waitItem } from "../../../packages/aws/src/dynamodb/items.ts";
import { keyOf } from "../../../packages/aws/src/dynamodb/keys.ts";
import { anEntry, anOperation, aWait, type Story } from "./story.ts";

/** What is written is found again: rows, lists, pages, marks. */
export const readingStories: readonly Story[] = [
  {
    title: "what is not there is undefined, and nothing finds it",
    tell: async ({ store, run }) => {
      expect(await run(store.snapshot("nobody"))).toBeUndefined();
      expect(await run(store.cluster("nobody"))).toBeUndefined();
      expect(await run(store.operation("nobody.op"))).toBeUndefined();
      expect(await run(store.clusterOf("i-nobody"))).toBeUndefined();
      expect(await run(store.timeline("nobody", { limit: 10 }))).toEqual({ items: [] });
    },
  },
  {
    title: "a snapshot is every row of its cluster as it was written, and no other cluster's",
    tell: async ({ store, run, fresh, plant }) => {
      const { name, cluster, ref } = fresh();
      const [node, launch, wait] = [aNode({ cluster: name }), aLaunch({ cluster: name }), aWait(ref)];
      const hookRun = { cluster: name, tier: "backend", hook: "form", operationId: ref.operationId, attempt: 1 };
      const run1 = { ...hookRun, state: "sent", commandIds: ["c-1"], sentAt: NOW } as const;
      const neighbour = `${name}0`;
      await plant(
        clusterItem(cluster),
        nodeItem(node),
        toItem(keyOf.launch(name, launch.launchId), launch),
        toItem(keyOf.hookRun(name, "backend", "form"), run1),
        waitItem(wait),
        clusterItem(aCluster({ name: neighbour })),
        nodeItem(aNode({ cluster: neighbour, index: 7 })),
      );
      expect(await run(store.snapshot(name))).toEqual({
        cluster,
        nodes: [node],
        launches: [launch],
        hookRuns: [run1],
        wait,
      });
      expect(await run(store.cluster(name))).toEqual(cluster);
    },
  },
  {
    title: "nodes come by tier, then by place, however many digits a place has",
    tell: async ({ store, run, fresh, plant }) => {
      const { name, cluster } = fresh();
      const places = [10, 9, 100, 0, TIER_NODES_MAX - 1, 99, 1_000];
      const planted = ["client", "backend"].flatMap((tier) =>
        places.map((index) => aNode({ cluster: name, tier, index })),
      );
      await plant(clusterItem(cluster), ...planted.map(nodeItem));
      const seen = (await run(store.snapshot(name)))?.nodes.map(({ tier, index }) => `${tier} ${index}`);
      const sorted = places.toSorted((a, b) => a - b);
      expect(seen).toEqual([...sorted.map((i) => `backend ${i}`), ...sorted.map((i) => `client ${i}`)]);
    },
  },
  {
    title: "a snapshot is whole when it takes more than one page of DynamoDB (1 MB)",
    tell: async ({ store, run, fresh, plant }) => {
      const { name, cluster } = fresh();
      const many = nodes(300, { cluster: name, note: "x".repeat(4_000) });
      await plant(clusterItem(cluster), ...many.map(nodeItem));
      expect((await run(store.snapshot(name)))?.nodes).toEqual(many);
    },
  },
  {
    title: "an instance finds its cluster until its node leaves or is lost, and a command while it is waited for",
    tell: async ({ store, run, fresh, plant }) => {
      const { name, ref } = fresh();
      const node = (index: number, state: "online" | "leaving" | "lost") =>
        nodeItem(aNode({ cluster: name, index, state, instanceId: `i-${name}-${state}` }));
      await plant(
        node(0, "online"),
        node(1, "leaving"),
        node(2, "lost"),
        waitItem(aWait(ref, { commandId: `c-${name}` })),
      );
      const found = await run(
        Promise.all(
          [`i-${name}-online`, `i-${name}-leaving`, `i-${name}-lost`, `c-${name}`].map((id) => store.clusterOf(id)),
        ),
      );
      expect(found).toEqual([name, undefined, undefined, name]);
    },
  },
  {
    title: "clusters are listed by name, page after page, each once",
    tell: async ({ store, run, plant }) => {
      const made = [3, 1, 2].map((n) => aCluster({ name: `0list-${n}` }));
      await plant(...made.map(clusterItem));
      const first = await run(store.clusters({ limit: 2 }));
      expect(first.items.map(({ name }) => name)).toEqual(["0list-1", "0list-2"]);
      const rest = await run(store.clusters({ limit: 1_000, after: first.next }));
      expect(rest.items[0]).toEqual(made[0]);
      expect(rest.next).toBeUndefined();
    },
  },
  {
    title: "the timeline is append-only: newest first, in pages, and what is written stays",
    tell: async ({ store, run, fresh }) => {
      const { name } = fresh();
      const ids = ["01A", "01B", "01C", "01D", "01E"];
      for (const id of ["01C", "01A", "01E", "01B", "01D"]) await run(store.append(anEntry(name, id)));
      await run(store.append(anEntry(name, "01B", "something else")));
      const seen = [];
      for (let after: string | undefined, more = true; more;) {
        const page = await run(store.timeline(name, { limit: 2, after }));
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items);
        after = page.next;
        more = after !== undefined;
      }
      expect(seen).toEqual(ids.toReversed().map((id) => anEntry(name, id)));
    },
  },
  {
    title: "a list does not continue from anything but its own pages",
    tell: async ({ store, run, fresh }) => {
      const [{ name }, other] = [fresh(), fresh()];
      for (const id of ["01A", "01B"]) await run(store.append(anEntry(name, id)));
      const { next } = await run(store.timeline(name, { limit: 1 }));
      const cursors = ["", "!", json(null), json({}), json({ pk: `TIMELINE#${name}`, sk: "" }), json({ pk: 1, sk: 2 })];
      for (const after of cursors)
        await expect(run(store.timeline(name, { limit: 1, after }))).rejects.toMatchObject({ code: "InputInvalid" });
      await expect(run(store.timeline(other.name, { limit: 1, after: next }))).rejects.toMatchObject({
        code: "InputInvalid",
      });
      await expect(run(store.clusters({ limit: 1, after: next }))).rejects.toMatchObject({ code: "InputInvalid" });
      expect((await run(store.timeline(name, { limit: 1, after: next }))).items).toEqual([anEntry(name, "01A")]);
    },
  },
  {
    title: "an operation is on the list of open ones until it has ended",
    tell: async ({ store, run, fresh, indexed }) => {
      const { name } = fresh();
      const open = async () => {
        await indexed();
        return (await run(store.openOperations())).filter((operation) => operation.cluster === name);
      };
      const requested = anOperation(name, { status: "requested" });
      await run(store.record(requested));
      expect(await open()).toEqual([requested]);
      await run(store.record({ ...requested, status: "refused", endedAt: NOW }));
      expect(await open()).toEqual([]);
      expect(await run(store.operation(requested.id))).toMatchObject({ status: "refused" });
    },
  },
  {
    title: "recording never overwrites an operation that runs, has ended or was cancelled",
    tell: async ({ store, run, fresh, plant }) => {
      const { name } = fresh();
      const requested = anOperation(name, { status: "requested" });
      for (const status of ["running", "succeeded"] as const) {
        const operation = anOperation(name, { id: `${name}.${status}`, status, step: "Its own words" });
        await plant(operationItem(operation));
        await run(store.record({ ...operation, status: "refused", step: "Refused" }));
        expect(await run(store.operation(operation.id))).toEqual(operation);
      }
      await run(store.record(requested));
      expect(await run(store.requestCancel(requested.id, name))).toBe(true);
      // The same request once more, as a client repeats it.
      await run(store.record(requested));
      expect(await run(store.operation(requested.id))).toEqual({ ...requested, cancelRequested: true });
    },
  },
  {
    title: "cancelling marks an operation that is open, and the lease where it holds one",
    tell: async ({ store, run, fresh, plant }) => {
      const cases = [
        { why: "runs and holds the lease", lease: {}, status: "running", said: true },
        { why: "is asked twice", lease: { isCancelled: true }, status: "running", said: true },
        { why: "puts things back", lease: { isUndoing: true }, status: "running", said: false },
        { why: "lost the lease", lease: { operationId: "another" }, status: "running", said: false },
        { why: "has ended", lease: {}, status: "succeeded", said: false },
      ] as const;
      for (const { why, lease, status, said } of cases) {
        const made = fresh();
        await plant(
          clusterItem({ ...made.cluster, lease: { ...made.lease, ...lease } }),
          operationItem({ ...made.operation, status }),
        );
        const answer = await run(store.requestCancel(made.operation.id, made.name));
        const marked = (await run(store.cluster(made.name)))?.lease?.isCancelled === true;
        expect({ why, answer, marked }).toEqual({ why, answer: said, marked: said });
      }
      expect(await run(store.requestCancel("nobody.op", "nobody"))).toBe(false);
      expect(await run(store.operation("nobody.op"))).toBeUndefined();
    },
  },
  {
    title: "abandoning ends an open operation and takes its lease away, and leaves another's alone",
    tell: async ({ store, run, fresh, plant }) => {
      const end = {
        endedAt: NOW + 5,
        failure: { code: "OperationAborted", what: "a", why: "b", remedy: "c" },
      } as const;
      const made = fresh();
      await plant(clusterItem(made.cluster), operationItem(made.operation));
      expect(await run(store.abandon(made.operation, end))).toBe(true);
      expect(await run(store.operation(made.operation.id))).toMatchObject({ ...end, status: "failed" });
      const { lease: _, ...freed } = made.cluster;
      expect(await run(store.cluster(made.name))).toEqual({ ...freed, status: "failed" });

      const later = fresh();
      const ended = { ...later.operation, status: "succeeded" } as const;
      const successor = { ...later.cluster, lease: { ...later.lease, operationId: "another" } };
      await plant(clusterItem(successor), operationItem(ended));
      expect(await run(store.abandon(ended, end))).toBe(false);
      expect(await run(store.operation(ended.id))).toEqual(ended);
      expect(await run(store.cluster(later.name))).toEqual(successor);
    },
  },
];

function json(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
