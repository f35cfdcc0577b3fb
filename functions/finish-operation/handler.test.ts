import { stateOf } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { destroying } from "../testing/deployment.ts";
import { errorOutput, failed, finish, SECRET, underway } from "../testing/finishing.ts";

describe("a deployment that succeeded", () => {
  it("leaves the cluster ready and free, with its nodes and its secret, and tells who listens", async () => {
    const announced: unknown[] = [];
    const deployment = await underway("active", { announced });
    expect(await finish(deployment)).toEqual({ status: "succeeded", error: "", cause: "" });
    const { clusters, nodes, launches, waits, hookRuns, operations, timeline } = deployment.rows();
    expect(clusters).toMatchObject([{ status: "ready", fence: 1, tiers: { backend: { active: 6 } } }]);
    expect(clusters[0]?.lease).toBeUndefined();
    expect(clusters[0]?.nodeRole).toMatch(/^muster-demo-/);
    expect([nodes.length, launches.length, waits.length, hookRuns.length]).toEqual([8, 2, 0, 0]);
    expect(operations).toMatchObject([{ status: "succeeded", step: "Done", endedAt: expect.any(Number) }]);
    expect(operations[0]?.failure).toBeUndefined();
    expect(timeline.at(-1)).toMatchObject({
      event: "operation.succeeded",
      text: "Operation demo.op (deploy) succeeded.",
    });
    expect((await stateOf(deployment)).secrets).toContain(SECRET);
    expect(announced).toEqual([
      {
        Entries: [
          {
            Source: "muster",
            DetailType: "Muster Operation Succeeded",
            Detail: JSON.stringify({ cluster: "demo", operationId: "demo.op", kind: "deploy", status: "succeeded" }),
          },
        ],
      },
    ]);
  });

  it("drops the launches that no node is left of", async () => {
    const deployment = await underway("active");
    const [launch] = deployment.rows().launches;
    if (launch === undefined) throw new Error("nothing was launched");
    const spent = { ...launch, launchId: "SPENT", state: "failed" } as const;
    await deployment.run(deployment.store.write(deployment.operation, [{ put: "launch", launch: spent }]));
    await finish(deployment);
    expect(deployment.rows().launches.map((row) => row.launchId)).not.toContain("SPENT");
    expect(deployment.rows().launches).toHaveLength(2);
  });
});

describe("a deployment that failed", () => {
  it("and was put back leaves the record of a failed cluster, and nothing else of it", async () => {
    const deployment = await underway("active");
    expect(await finish(deployment, failed)).toEqual({
      status: "failed",
      error: "CapacityUnavailable",
      cause: "There is none.\nAll are short.\nTry again.",
    });
    const { clusters, nodes, launches, waits, hookRuns, operations, timeline } = deployment.rows();
    expect(clusters).toMatchObject([{ status: "failed", tiers: { backend: { desired: 6, active: 0 } } }]);
    expect(clusters[0]?.lease).toBeUndefined();
    expect(clusters[0]?.nodeRole).toBeUndefined();
    expect([nodes, launches, waits, hookRuns]).toEqual([[], [], [], []]);
    expect(operations).toMatchObject([
      {
        status: "failed",
        step: "Failed",
        failure: { code: "CapacityUnavailable", what: "There is none.", why: "All are short.", remedy: "Try again." },
      },
    ]);
    expect(timeline.at(-1)?.text).toBe("Operation demo.op (deploy) failed: There is none. All are short.");
    expect((await stateOf(deployment)).secrets).not.toContain(SECRET);
  });

  it("and kept what it launched keeps its rows and secret, and says how to remove them", async () => {
    const deployment = await underway("active");
    const answer = await finish(deployment, { ...failed, kept: true });
    expect(answer).toMatchObject({
      cause: expect.stringContaining("muster cluster destroy demo --confirm demo. Try again."),
    });
    expect(deployment.rows().nodes).toHaveLength(8);
    expect(deployment.rows().clusters).toMatchObject([{ status: "failed", tiers: { backend: { active: 6 } } }]);
    expect((await stateOf(deployment)).secrets).toContain(SECRET);
  });

  it("and could not be put back says both, and forgets nothing that is still there", async () => {
    const deployment = await underway("active");
    const undoError = errorOutput("RemovalIncomplete", ["Not all gone.", "Two are left.", "See them."]);
    await finish(deployment, { ...failed, undoError });
    const { failure } = deployment.rows().operations[0] ?? {};
    expect(failure).toMatchObject({
      code: "CapacityUnavailable",
      why: "All are short. Not all could be put back: Not all gone. Two are left.",
      remedy:
        "See them. The sweep tries again every quarter of an hour; to do it now: muster cluster destroy demo --confirm demo.",
    });
    expect(deployment.rows().nodes).toHaveLength(8);
    expect((await stateOf(deployment)).secrets).toContain(SECRET);
  });

  it("because someone cancelled it is cancelled, not failed", async () => {
    const deployment = await underway("launched");
    await deployment.run(deployment.store.requestCancel("demo.op", "demo"));
    const error = errorOutput("OperationCancelled", ["It was cancelled.", "Someone asked.", "Start again."]);
    expect(await finish(deployment, { outcome: "failed", error })).toMatchObject({ status: "cancelled" });
    expect(deployment.rows().operations).toMatchObject([{ status: "cancelled", step: "Cancelled, and put back" }]);
    expect(deployment.rows().timeline.at(-1)?.event).toBe("operation.cancelled");
  });

  it.each([
    {
      how: "of a nested workflow",
      error: {
        Error: "States.TaskFailed",
        Cause: JSON.stringify({ ExecutionArn: "arn:x", Error: "HookFailed", Cause: "It failed.\nWhy.\nDo this." }),
      },
      failure: { code: "HookFailed", what: "It failed.", why: "Why.", remedy: "Do this." },
    },
    {
      how: "of Step Functions' own",
      error: { Error: "States.Timeout" },
      failure: { code: "States.Timeout", what: "A step of the operation took longer than it may." },
    },
    {
      how: "that nobody knows",
      error: { Error: "TypeError", Cause: "x is not a function" },
      failure: { code: "TypeError", why: "TypeError: x is not a function" },
    },
    { how: "that is not given", error: undefined, failure: { code: "Unknown" } },
  ])("with an error $how says it in three lines", async ({ error, failure }) => {
    const deployment = await underway("admitted");
    await finish(deployment, { outcome: "failed", ...(error === undefined ? {} : { error }) });
    const kept = deployment.rows().operations[0]?.failure;
    expect(kept).toMatchObject(failure);
    for (const line of [kept?.what, kept?.why, kept?.remedy]) expect(line).toMatch(/\S/);
  });
});

describe("a destruction", () => {
  it("that succeeded leaves its timeline and its operations, and nothing else", async () => {
    const deployment = await destroying(await underway("active"));
    expect(await finish(deployment)).toMatchObject({ status: "succeeded" });
    const { clusters, nodes, launches, waits, operations, timeline } = deployment.rows();
    expect([clusters, nodes, launches, waits]).toEqual([[], [], [], []]);
    expect(operations.map((operation) => operation.status)).toEqual(["succeeded", "succeeded"]);
    expect(timeline.at(-1)?.text).toBe("Operation demo.gone (destroy) succeeded.");
    expect((await stateOf(deployment)).secrets).not.toContain(SECRET);
  });

  it("that failed leaves everything, so that it can be done again", async () => {
    const deployment = await destroying(await underway("active"));
    expect(await finish(deployment, failed)).toMatchObject({ status: "failed" });
    const { clusters, nodes } = deployment.rows();
    expect(clusters).toMatchObject([{ status: "failed", fence: 2 }]);
    expect(nodes).toHaveLength(8);
    expect((await stateOf(deployment)).secrets).toContain(SECRET);
  });
});
