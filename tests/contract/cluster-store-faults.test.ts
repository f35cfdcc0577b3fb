import type { ClusterStore } from "@muster/core";
import { nodes } from "@muster/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { AwsError } from "../../packages/local-cloud/src/kernel/aws-error.ts";
import type { CallFault } from "../../packages/local-cloud/src/kernel/faults.ts";
import { reads, writes } from "./cluster-store/calls.ts";
import { benchOf, type Bench } from "./cluster-store/story.ts";
import { embeddedWorld, type EmbeddedWorld } from "./cluster-store/worlds.ts";

/** What the cluster store promises when DynamoDB does not answer as one hopes. */
let world: EmbeddedWorld;
let bench: Bench;
let store: ClusterStore;
const run = <T>(work: Promise<T>) => world.run(work);

beforeEach(async () => {
  world = await embeddedWorld();
  bench = benchOf(world);
  store = bench.store;
});

/** Does that to the next calls of the store, as many as told. */
function strike(fault: CallFault, times = 1): () => number {
  let calls = 0;
  world.faults.script = () => (++calls <= times ? fault : undefined);
  return () => calls;
}

/** The table as it is, without what says when it was written. */
const contents = () => world.items().map(({ updatedAt: _, ...item }) => item);

describe("a write whose answer is lost after it worked, and that is done again, is done once", () => {
  it.each(writes)("$name, whichever of its calls it was", async ({ of }) => {
    const act = await of(bench);
    const calls = strike("none", Number.POSITIVE_INFINITY);
    const answer = await run(act());
    const expected = contents();
    expect(calls()).toBeGreaterThan(0);

    for (let lost = 1; lost <= calls(); lost++) {
      world = await embeddedWorld();
      const again = await of(benchOf(world));
      let call = 0;
      world.faults.script = () => (++call === lost ? "lose-answer" : undefined);
      expect(await run(again())).toEqual(answer);
      expect(contents()).toEqual(expected);
    }
  });

  it("also when every second answer is lost", async () => {
    const { name, ref } = await bench.held();
    let calls = 0;
    world.faults.script = () => (++calls % 2 === 1 ? "lose-answer" : undefined);
    const many = nodes(150, { cluster: name });
    const changes = many.map((node) => ({ put: "node", node }) as const);
    await run(store.write(ref, [...changes, { update: "cluster", set: { lease: undefined } }]));
    expect((await run(store.snapshot(name)))?.nodes).toEqual(many);
  });
});

/** As `retry.ts` says: 400 ms, 800 ms ... 10 s, seven times, each drawn from zero to that; and eight calls' own time. */
const PATIENCE_MS = 32_400 + 8 * 40;

describe("while DynamoDB throttles", () => {
  it.each([...writes, ...reads])("$name is tried eight times and then is AwsUnavailable", async ({ of }) => {
    const act = await of(bench);
    const calls = strike("throttle", Number.POSITIVE_INFINITY);
    const before = world.now();
    await expect(run(act())).rejects.toMatchObject({ code: "AwsUnavailable", actor: "retry" });
    expect(calls()).toBe(8);
    expect(world.now() - before).toBeLessThan(PATIENCE_MS);
  });

  it.each([...writes, ...reads])("$name works when it lets go at the eighth", async ({ of }) => {
    const act = await of(bench);
    const answer = await run(act());
    world = await embeddedWorld();
    const again = await of(benchOf(world));
    strike("throttle", 7);
    expect(await run(again())).toEqual(answer);
  });

  it("the waits between attempts grow, and differ from store to store", async () => {
    const times: number[][] = [];
    for (const one of [world.store(), world.store()]) {
      const at: number[] = [];
      times.push(at);
      world.faults.script = () => (at.push(world.now()), "throttle");
      await expect(run(one.cluster("demo"))).rejects.toMatchObject({ code: "AwsUnavailable" });
    }
    const gaps = times.map((at) => at.slice(1).map((time, i) => time - (at[i] ?? 0)));
    for (const gap of gaps)
      for (const [i, ms] of gap.entries()) expect(ms).toBeLessThan(Math.min(10_000, 400 * 2 ** i) + 40);
    expect(gaps[0]).not.toEqual(gaps[1]);
  });
});

/** A transaction that DynamoDB cancels for these reasons, one for each action. */
function cancelled(...codes: string[]): AwsError {
  return new AwsError("TransactionCanceledException", `Transaction cancelled [${codes.join(", ")}]`, {
    members: { CancellationReasons: codes.map((Code) => ({ Code })) },
  });
}

describe("why a transaction was cancelled is told", () => {
  it.each([
    { reasons: ["None", "TransactionConflict"], calls: 2 },
    { reasons: ["ThrottlingError", "None"], calls: 2 },
    { reasons: ["ProvisionedThroughputExceeded", "TransactionConflict"], calls: 2 },
  ])("$reasons pass, and it is done again", async ({ reasons, calls }) => {
    const { ref } = await bench.held();
    const made = strike(cancelled(...reasons));
    await run(store.write(ref, [{ update: "cluster", set: { formed: true } }]));
    expect(made()).toBe(calls);
    expect(await run(store.cluster(ref.cluster))).toMatchObject({ formed: true });
  });

  it("a conflict that does not pass is AwsUnavailable, and names the conflict", async () => {
    const { cluster, operation } = bench.fresh();
    world.db.admin.dials.transactionConflict = 1;
    await expect(run(store.take(cluster, operation, undefined))).rejects.toMatchObject({
      code: "AwsUnavailable",
      why: expect.stringContaining("TransactionConflict"),
    });
  });

  it.each([
    { why: "the fence does not hold", reasons: ["None", "ConditionalCheckFailed"] },
    {
      why: "the fence does not hold, and another write is in the way",
      reasons: ["TransactionConflict", "ConditionalCheckFailed"],
    },
  ])("a lease that is lost is told at once, when $why", async ({ reasons }) => {
    const { ref } = await bench.held();
    const calls = strike(cancelled(...reasons));
    await expect(run(store.write(ref, [{ drop: "wait" }]))).rejects.toMatchObject({ code: "LeaseLost" });
    expect(calls()).toBe(1);
  });

  it.each([
    { why: "an item beyond 400 KB", fault: undefined, name: "ValidationException" },
    {
      why: "an update that cannot be made",
      fault: cancelled("ValidationError", "None"),
      name: "TransactionCanceledException",
    },
  ])("$why is refused in AWS's words, and not tried again", async ({ fault, name }) => {
    const { cluster, operation } = bench.fresh();
    const calls = strike(fault ?? "none");
    const step = fault === undefined ? "x".repeat(410_000) : "Admitted";
    await expect(run(store.take(cluster, { ...operation, step }, undefined))).rejects.toMatchObject({ name });
    expect(calls()).toBe(1);
  });

  it("a missing permission is AwsAccessDenied, at once, and names the call", async () => {
    const { ref } = await bench.held();
    const calls = strike(
      new AwsError("AccessDeniedException", "User: x is not authorized to perform: dynamodb:PutItem"),
    );
    await expect(run(store.write(ref, [{ drop: "wait" }]))).rejects.toMatchObject({ code: "AwsAccessDenied" });
    expect(calls()).toBe(1);
  });
});
