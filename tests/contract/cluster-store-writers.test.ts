import {
  isMusterError,
  LAUNCH_NODES_MAX,
  nodeName,
  requireSpec,
  seededRandom,
  SPEC_BYTES_MAX,
  TIER_NODES_MAX,
  type ClusterStore,
} from "@muster/core";
import { aCluster, aLaunch, aNode, aSpec, NOW } from "@muster/testing";
import { products } from "@muster/products";
import { beforeEach, describe, expect, it } from "vitest";
import { exampleSpec } from "@muster/testing/world";
import { admit } from "../../functions/admit-operation/admit.ts";
import {
  clusterItem,
  nodeItem,
  operationItem,
  toItem,
  waitItem,
  type Item,
} from "../../packages/aws/src/dynamodb/items.ts";
import { keyOf } from "../../packages/aws/src/dynamodb/keys.ts";
import { itemBytes } from "../../packages/local-cloud/src/services/dynamodb/values/size.ts";
import { anOperation, aWait, benchOf, successorOf, type Bench } from "./cluster-store/story.ts";
import { embeddedWorld, type EmbeddedWorld } from "./cluster-store/worlds.ts";

/** What the cluster store promises when several write at the same time, and when much is written. */
let world: EmbeddedWorld;
let bench: Bench;
let store: ClusterStore;
const run = <T>(work: Promise<T>) => world.run(work);

beforeEach(async () => {
  world = await embeddedWorld();
  bench = benchOf(world);
  store = bench.store;
});

describe("of several stores that write at the same moment", () => {
  const rounds = Array.from({ length: 10 }, (_, round) => round);

  it.each(rounds)("exactly one takes a new cluster (round %i)", async (round) => {
    await world.advance(round);
    const { cluster, operation } = bench.fresh();
    const rivals = ["a", "b", "c", "d", "e"].map((id) => successorOf({ ...bench.fresh(), cluster, operation }, id));
    const took = await run(
      Promise.all(rivals.map((rival) => world.store().take(rival.cluster, rival.operation, undefined))),
    );
    expect(took.filter(Boolean)).toHaveLength(1);
    const winner = rivals[took.indexOf(true)];
    expect(await run(store.cluster(cluster.name))).toEqual(winner?.cluster);
    const operations = await run(Promise.all(rivals.map((rival) => store.operation(rival.operation.id))));
    expect(operations.filter((found) => found !== undefined)).toEqual([winner?.operation]);
  });

  it.each(rounds)(
    "exactly one takes a cluster over, and its holder writes before that or not at all (round %i)",
    async (round) => {
      await world.advance(round);
      const made = await bench.held();
      const rivals = ["a", "b", "c"].map((id) => successorOf(made, id));
      const holder = world.store();
      const writing = Array.from({ length: 6 }, async (_, index) => {
        try {
          await holder.write(made.ref, [{ put: "node", node: aNode({ cluster: made.name, index }) }]);
          return "written" as const;
        } catch (error) {
          return isMusterError(error, "LeaseLost") ? "refused" : error;
        }
      });
      const taking = rivals.map((rival) => world.store().take(rival.cluster, rival.operation, made.cluster));
      const [took, wrote] = await run(Promise.all([Promise.all(taking), Promise.all(writing)]));
      expect(took.filter(Boolean)).toHaveLength(1);
      expect(wrote.every((outcome) => outcome === "written" || outcome === "refused")).toBe(true);
      const seen = (await run(store.snapshot(made.name)))?.nodes.map(({ index }) => index);
      expect(seen).toEqual(wrote.flatMap((outcome, index) => (outcome === "written" ? [index] : [])));
      await expect(run(holder.write(made.ref, [{ drop: "wait" }]))).rejects.toMatchObject({ code: "LeaseLost" });
    },
  );

  it.each(rounds)("all learn of one request for an idempotency key (round %i)", async (round) => {
    await world.advance(round);
    const claims = ["a", "b", "c", "d"].map((operationId) => ({
      key: "key",
      request: operationId,
      operationId,
      expiresAt: world.now() + 60_000,
    }));
    const answers = await run(Promise.all(claims.map((claim) => world.store().claimKey(claim))));
    expect(new Set(answers.map(({ operationId }) => operationId)).size).toBe(1);
    expect(claims).toContainEqual(answers[0]);
  });

  it.each(rounds)(
    "a request to cancel that was accepted is not lost to a take or a sign of life (round %i)",
    async (round) => {
      await world.advance(round);
      const { cluster, operation, name, ref } = bench.fresh();
      await run(store.record({ ...operation, status: "requested" }));
      const work = async () => {
        const took = await world.store().take(cluster, operation, undefined);
        if (!took) return false;
        const renewal = { renew: "lease", expiresAt: NOW + 1, isUndoing: false } as const;
        return store.write(ref, [renewal]).then(
          () => true,
          (error: unknown) => !isMusterError(error, "LeaseLost"),
        );
      };
      const [accepted, goesOn] = await run(Promise.all([world.store().requestCancel(operation.id, name), work()]));
      const lease = (await run(store.cluster(name)))?.lease;
      // Either the next step of the operation sees it, or there is no next step, or who asked was told that it cannot be.
      const isOvertaken = accepted && goesOn && lease?.isCancelled !== true;
      const requested = await run(store.operation(operation.id));
      const isForgotten = accepted && lease === undefined && requested?.cancelRequested !== true;
      expect({ isOvertaken, isForgotten }).toEqual({ isOvertaken: false, isForgotten: false });
    },
  );
});

describe("a lease", () => {
  const executionArn = (id: string) => `arn:aws:states:eu-west-1:123456789012:execution:destroy-cluster:${id}`;

  /** A cluster as it is in life, held by its deployment. */
  async function heldCluster() {
    const made = bench.fresh();
    const { spec } = requireSpec(exampleSpec({ name: made.name }), products);
    expect(await run(store.take({ ...made.cluster, spec }, made.operation, undefined))).toBe(true);
    return { ...made, cluster: { ...made.cluster, spec } };
  }

  /** The first step of a destruction, in an account in which these executions run. */
  function admitDestruction(id: string, running: ReadonlySet<string>) {
    const unused = () => Promise.reject(new Error("admitting only asks whether executions run"));
    const workflow = {
      start: unused,
      succeed: unused,
      fail: unused,
      standing: (arn: string) => Promise.resolve({ isRunning: running.has(arn) }),
    };
    const context = {
      clock: { now: () => world.now(), after: () => () => undefined },
      random: seededRandom(id.length),
      region: "eu-west-1",
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      newId: () => `01${id}`,
      remainingMs: () => 60_000,
    };
    const input = { cluster: "demo-1", confirm: "demo-1" };
    const execution = { arn: executionArn(id), name: id };
    return admit({ kind: "destroy", execution, input }, { store: world.store(), workflow }, context);
  }

  it("is taken over only from an execution that has ended, however old it is", async () => {
    const { name, lease, cluster, operation } = await heldCluster();
    await world.advance(24 * 3_600_000);
    const refusal = run(admitDestruction("late", new Set([lease.executionArn])));
    await expect(refusal).rejects.toMatchObject({ code: "ClusterBusy", details: { operationId: operation.id } });
    expect(await run(store.cluster(name))).toEqual(cluster);
    expect(await run(store.operation(`${name}.late`))).toMatchObject({ status: "refused" });

    await run(admitDestruction("next", new Set()));
    expect(await run(store.cluster(name))).toMatchObject({ fence: 2, lease: { operationId: `${name}.next` } });
    expect(await run(store.operation(operation.id))).toMatchObject({ status: "failed", step: "Aborted" });
  });

  it("is taken over by one of two that find its execution ended, and the other is told that the cluster is busy", async () => {
    const { name } = await heldCluster();
    const running = new Set([executionArn("one"), executionArn("two")]);
    const outcomes = await run(Promise.allSettled(["one", "two"].map((id) => admitDestruction(id, running))));
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
    expect(refused).toEqual([expect.objectContaining({ code: "ClusterBusy" })]);
    expect(await run(store.cluster(name))).toMatchObject({ fence: 2 });
  });

  it("whose taking was answered with silence is the taker's, and its timeline says so once", async () => {
    const { name } = await heldCluster();
    let struck = false;
    world.faults.script = ({ operation }) => {
      if (struck || operation !== "TransactWriteItems") return undefined;
      struck = true;
      return "lose-answer";
    };
    expect(await run(admitDestruction("next", new Set()))).toMatchObject({ operation: { fence: 2 } });
    expect((await run(store.timeline(name, { limit: 5 }))).items.map(({ event }) => event)).toEqual([
      "operation.started",
    ]);
  });
});

describe("no item comes near DynamoDB's 400 KB", () => {
  /** A sixth of it: what an item of the largest cluster may be. */
  const ENOUGH_BYTES = 64_000;
  const candidates = Array.from({ length: 100 }, (_, i) => `candidate-${i}`);
  const resolved = {
    placements: candidates.slice(0, 10).map((id) => ({ subnetId: `subnet-0${id}`, availabilityZone: "us-east-1a" })),
    images: { x86_64: "ami-0aaaaaaaaaaaaaaaa", arm64: "ami-0bbbbbbbbbbbbbbbb" },
    instanceTypes: Object.fromEntries(candidates.slice(0, 20).map((id) => [id, candidates.slice(0, 10)])),
  };
  const ref = { cluster: "demo", operationId: "demo.op", fence: 1 };
  const spec = aSpec({ tags: { note: "x".repeat(SPEC_BYTES_MAX) } });
  const indexes = Array.from({ length: LAUNCH_NODES_MAX }, (_, i) => TIER_NODES_MAX - i);
  // A hook that failed on nearly all nodes goes to those by name, fifty a command.
  const secondAttempt = {
    cluster: "demo",
    tier: "backend",
    hook: "prepare",
    operationId: "demo.op",
    attempt: 2,
    state: "sent",
    commandIds: Array.from({ length: TIER_NODES_MAX / 50 }, () => "11111111-2222-4333-8444-555555555555"),
    nodes: Array.from({ length: TIER_NODES_MAX }, (_, index) => nodeName({ tier: "backend", index })),
    sentAt: NOW,
  };
  const largest: readonly { kind: string; item: Item }[] = [
    { kind: "cluster", item: clusterItem(aCluster({ spec, resolved })) },
    { kind: "node", item: nodeItem(aNode({ hooksDone: ["prepare", "form", "join", "verify", "mount"] })) },
    { kind: "launch", item: toItem(keyOf.launch("demo", "L"), aLaunch({ indexes })) },
    { kind: "operation", item: operationItem(anOperation("demo")) },
    { kind: "hook run", item: toItem(keyOf.hookRun("demo", "backend", "prepare"), secondAttempt) },
    { kind: "wait", item: waitItem(aWait(ref, { token: "t".repeat(1_024) })) },
  ];

  it.each(largest)("the largest $kind has far less", ({ item }) => {
    expect(itemBytes(item as Parameters<typeof itemBytes>[0])).toBeLessThan(ENOUGH_BYTES);
  });
});
