import { aLaunch, aNode, nodes, NOW } from "@muster/testing";
import { expect } from "vitest";
import { operationItem } from "../../../packages/aws/src/dynamodb/items.ts";
import { anOperation, aWait, type Story } from "./story.ts";

/** Who may write, and what a write is: it takes transactions. */
export const fenceStories: readonly Story[] = [
  {
    title: "a cluster is taken once; the operation is written with it",
    needs: "transactions",
    tell: async ({ store, run, held }) => {
      const { name, cluster, operation } = await held();
      const second = { ...operation, id: `${name}.second` };
      expect(await run(store.take({ ...cluster, operationId: second.id }, second, undefined))).toBe(false);
      expect(await run(store.cluster(name))).toEqual(cluster);
      expect(await run(store.operation(operation.id))).toEqual(operation);
      expect(await run(store.operation(second.id))).toBeUndefined();
    },
  },
  {
    title: "the fence grows: who takes it with an older one than there is does not get it",
    needs: "transactions",
    tell: async ({ store, run, held }) => {
      const { name, cluster, operation } = await held();
      const next = (fence: number) => ({ ...cluster, fence, operationId: `${name}.${fence}` });
      const by = (fence: number) => ({ ...operation, id: `${name}.${fence}` });
      expect(await run(store.take(next(2), by(2), cluster))).toBe(true);
      expect(await run(store.take(next(2), { ...by(2), id: `${name}.late` }, cluster))).toBe(false);
      expect(await run(store.take(next(4), by(4), { ...cluster, fence: 3 }))).toBe(false);
      expect(await run(store.take(next(3), by(3), { ...cluster, fence: 2 }))).toBe(true);
      expect(await run(store.cluster(name))).toMatchObject({ fence: 3, operationId: `${name}.3` });
    },
  },
  {
    title: "a cluster that its holder has let go of meanwhile is not taken as it was seen before",
    needs: "transactions",
    tell: async ({ store, run, held }) => {
      const { name, cluster, operation, ref } = await held();
      await run(store.write(ref, [{ update: "cluster", set: { lease: undefined, status: "ready" } }]));
      const next = { ...cluster, fence: 2, operationId: `${name}.2` };
      const by = { ...operation, id: `${name}.2` };
      expect(await run(store.take(next, by, cluster))).toBe(false);
      const seen = await run(store.cluster(name));
      expect(seen).toMatchObject({ status: "ready", fence: 1 });
      expect(await run(store.take({ ...next, status: "destroying" }, by, seen))).toBe(true);
    },
  },
  {
    title: "an operation that runs, has ended or was cancelled takes nothing",
    needs: "transactions",
    tell: async ({ store, run, fresh, plant }) => {
      for (const change of [
        { status: "running" },
        { status: "refused" },
        { status: "requested", cancelRequested: true },
      ] as const) {
        const { name, cluster, operation } = fresh();
        await plant(operationItem({ ...operation, ...change }));
        expect(await run(store.take(cluster, operation, undefined))).toBe(false);
        expect(await run(store.snapshot(name))).toBeUndefined();
      }
      const { cluster, operation } = fresh();
      await run(store.record({ ...operation, status: "requested" }));
      expect(await run(store.take(cluster, operation, undefined))).toBe(true);
    },
  },
  {
    title: "a write with an old fence, of another operation, or without a lease is refused whole",
    needs: "transactions",
    tell: async ({ store, run, held }) => {
      const { name, ref } = await held();
      const change = { put: "node", node: aNode({ cluster: name }) } as const;
      const strangers = [
        { ...ref, fence: 0 },
        { ...ref, fence: 2 },
        { ...ref, operationId: `${name}.other` },
        { ...ref, cluster: "nobody" },
      ];
      for (const stranger of strangers) {
        const refusal = run(store.write(stranger, [change, { drop: "cluster" }]));
        await expect(refusal).rejects.toMatchObject({ code: "LeaseLost", actor: "bug" });
      }
      await run(store.write(ref, [{ update: "cluster", set: { lease: undefined, status: "ready" } }]));
      await expect(run(store.write(ref, [change]))).rejects.toMatchObject({ code: "LeaseLost" });
      expect(await run(store.snapshot(name))).toMatchObject({ nodes: [], cluster: { status: "ready" } });
    },
  },
  {
    title: "what is new is written once: the second of two that begin the same is overtaken, and writes nothing",
    needs: "transactions",
    tell: async ({ store, run, held }) => {
      const { name, ref } = await held();
      const place = (index: number, launchId: string) =>
        ({ put: "node", node: aNode({ cluster: name, index, launchId }), isNew: true }) as const;
      await run(store.write(ref, [place(0, "first"), place(1, "first")]));
      const second = run(store.write(ref, [place(2, "second"), place(1, "second")]));
      await expect(second).rejects.toMatchObject({ code: "StepOvertaken", actor: "retry" });
      expect((await run(store.snapshot(name)))?.nodes).toMatchObject([
        { index: 0, launchId: "first" },
        { index: 1, launchId: "first" },
      ]);
      const stranger = run(store.write({ ...ref, fence: 0 }, [place(1, "second")]));
      await expect(stranger).rejects.toMatchObject({ code: "LeaseLost" });
    },
  },
  {
    title: "an attempt at a hook is new after the one before it, and in another operation",
    needs: "transactions",
    tell: async ({ store, run, held }) => {
      const { name, ref } = await held();
      const hookRun = {
        cluster: name,
        tier: "backend",
        hook: "form",
        state: "sending",
        commandIds: [],
        sentAt: NOW,
      } as const;
      const attempt = (attempt: number, operationId = ref.operationId) =>
        run(store.write(ref, [{ put: "hook-run", run: { ...hookRun, attempt, operationId }, isNew: true }]));
      await attempt(1);
      await expect(attempt(1)).rejects.toMatchObject({ code: "StepOvertaken" });
      await attempt(2);
      await expect(attempt(1)).rejects.toMatchObject({ code: "StepOvertaken" });
      await attempt(1, `${name}.next`);
      expect((await run(store.snapshot(name)))?.hookRuns).toMatchObject([{ attempt: 1, operationId: `${name}.next` }]);
    },
  },
  {
    title: "what an operation writes is there, and what it drops is not",
    needs: "transactions",
    tell: async ({ store, run, held }) => {
      const { name, ref } = await held();
      const [node, launch, wait] = [aNode({ cluster: name }), aLaunch({ cluster: name }), aWait(ref)];
      const hookRun = { cluster: name, tier: "backend", hook: "form", operationId: ref.operationId } as const;
      const sent = { ...hookRun, attempt: 1, state: "sending", commandIds: [], sentAt: NOW } as const;
      await run(
        store.write(ref, [
          { put: "node", node },
          { put: "launch", launch },
          { put: "hook-run", run: sent },
          { put: "wait", wait },
          { update: "operation", set: { step: "Launching" } },
        ]),
      );
      expect(await run(store.snapshot(name))).toMatchObject({
        nodes: [node],
        launches: [launch],
        hookRuns: [sent],
        wait,
      });
      expect(await run(store.operation(ref.operationId))).toMatchObject({ step: "Launching" });
      await run(
        store.write(ref, [
          { drop: "node", tier: node.tier, index: node.index },
          { drop: "launch", launchId: launch.launchId },
          { drop: "hook-run", tier: "backend", hook: "form" },
          { drop: "wait" },
        ]),
      );
      expect(await run(store.snapshot(name))).toMatchObject({ nodes: [], launches: [], hookRuns: [] });
      await run(store.write(ref, [{ drop: "cluster" }]));
      expect(await run(store.snapshot(name))).toBeUndefined();
    },
  },
  {
    title: "the cluster is changed in part, and undefined takes an attribute away",
    needs: "transactions",
    tell: async ({ store, run, held }) => {
      const { name, cluster, ref } = await held();
      const placement = { subnetId: "subnet-1", availabilityZone: "us-east-1a" };
      await run(store.write(ref, [{ update: "cluster", set: { placement, formed: true } }]));
      expect(await run(store.cluster(name))).toEqual({
        ...cluster,
        placement,
        formed: true,
        updatedAt: expect.any(Number),
      });
      await run(store.write(ref, [{ update: "cluster", set: { placement: undefined } }]));
      expect(await run(store.cluster(name))).toEqual({ ...cluster, formed: true, updatedAt: expect.any(Number) });
    },
  },
  {
    title: "a sign of life keeps a request to cancel, and once it is there only an undoing gives one",
    needs: "transactions",
    tell: async ({ store, run, held }) => {
      const { name, lease, ref } = await held();
      const renew = (isUndoing: boolean) =>
        run(store.write(ref, [{ renew: "lease", expiresAt: NOW + 1_000_000, isUndoing }]));
      await renew(false);
      expect(await run(store.cluster(name))).toMatchObject({ lease: { ...lease, expiresAt: NOW + 1_000_000 } });
      expect(await run(store.requestCancel(ref.operationId, name))).toBe(true);
      await expect(renew(false)).rejects.toMatchObject({ code: "LeaseLost" });
      await renew(true);
      await renew(false);
      expect((await run(store.cluster(name)))?.lease).toMatchObject({ isCancelled: true, isUndoing: true });
    },
  },
  {
    title: "more changes than one transaction takes (100 actions) are written in the order given",
    needs: "transactions",
    tell: async ({ store, run, held }) => {
      const { name, ref } = await held();
      const many = nodes(250, { cluster: name });
      const changes = many.map((node) => ({ put: "node", node }) as const);
      await run(store.write(ref, [...changes, { update: "cluster", set: { lease: undefined } }]));
      const snapshot = await run(store.snapshot(name));
      expect(snapshot?.nodes).toEqual(many);
      expect(snapshot?.cluster.lease).toBeUndefined();
      // The lease was given back by the last of them: a change after it comes too late, and those before it stay.
      const again = await held();
      const late = nodes(150, { cluster: again.name });
      const rest = late.map((node) => ({ put: "node", node }) as const);
      const giveBack = { update: "cluster", set: { lease: undefined } } as const;
      await expect(run(store.write(again.ref, [giveBack, ...rest]))).rejects.toMatchObject({ code: "LeaseLost" });
      const written = (await run(store.snapshot(again.name)))?.nodes ?? [];
      expect(written.length).toBeGreaterThan(0);
      expect(written).toEqual(late.slice(0, written.length));
    },
  },
  {
    title: "a look writes only while its wait is the one that is kept, and once it is answered not at all",
    needs: "transactions",
    tell: async ({ store, run, held }) => {
      const { name, ref } = await held();
      const [mine, newer] = [aWait(ref, { token: "mine" }), aWait(ref, { token: "newer" })];
      const found = (index: number) => ({ put: "node", node: aNode({ cluster: name, index }) }) as const;
      expect(await run(store.writeLook(mine, [found(0)]))).toBe(false);
      await run(store.write(ref, [{ put: "wait", wait: mine }]));
      expect(await run(store.writeLook(mine, [found(1)]))).toBe(true);
      await run(store.write(ref, [{ put: "wait", wait: newer }]));
      expect(await run(store.writeLook(mine, [found(2)]))).toBe(false);
      expect(await run(store.writeLook(newer, [found(3), { drop: "wait" }]))).toBe(true);
      expect(await run(store.writeLook(newer, [{ drop: "wait" }]))).toBe(false);
      const snapshot = await run(store.snapshot(name));
      expect(snapshot?.nodes.map(({ index }) => index)).toEqual([1, 3]);
      expect(snapshot?.wait).toBeUndefined();
    },
  },
  {
    title: "a look of more changes than one transaction takes answers its wait with the last of them",
    needs: "transactions",
    tell: async ({ store, run, held }) => {
      const { name, ref } = await held();
      const wait = aWait(ref);
      await run(store.write(ref, [{ put: "wait", wait }]));
      const many = nodes(250, { cluster: name });
      const changes = many.map((node) => ({ put: "node", node }) as const);
      expect(await run(store.writeLook(wait, [{ drop: "wait" }, ...changes]))).toBe(true);
      expect(await run(store.snapshot(name))).toMatchObject({ nodes: many });
      expect((await run(store.snapshot(name)))?.wait).toBeUndefined();
    },
  },
  {
    title: "a look of an operation that has lost its lease is refused",
    needs: "transactions",
    tell: async ({ store, run, held }) => {
      const { name, cluster, ref, operation } = await held();
      const wait = aWait(ref);
      await run(store.write(ref, [{ put: "wait", wait }]));
      const taken = { ...cluster, fence: 2, operationId: `${name}.second` };
      expect(await run(store.take(taken, { ...operation, id: `${name}.second` }, cluster))).toBe(true);
      await expect(run(store.writeLook(wait, [{ drop: "wait" }]))).rejects.toMatchObject({ code: "LeaseLost" });
      expect(await run(store.snapshot(name))).toMatchObject({ wait });
    },
  },
  {
    title: "an operation that ends leaves the list of open ones in the same write",
    needs: "transactions",
    tell: async ({ store, run, held, indexed }) => {
      const { name, ref } = await held();
      const open = async () => {
        await indexed();
        return (await run(store.openOperations())).map(({ id }) => id);
      };
      expect(await open()).toContain(ref.operationId);
      await run(store.write(ref, [{ update: "operation", set: { status: "succeeded", endedAt: NOW } }]));
      expect(await open()).not.toContain(ref.operationId);
      expect(await run(store.operation(ref.operationId))).toEqual({
        ...anOperation(name, { status: "succeeded", endedAt: NOW }),
      });
    },
  },
];
