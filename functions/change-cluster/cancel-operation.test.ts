import { operationView } from "@muster/core";
import { exampleSpec, failNext, stateOf } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment, aReadyCluster, type Deployment } from "../testing/deployment.ts";
import { expectProblem } from "../testing/expect-problem.ts";
import { ATTEMPTS_MAX } from "../testing/expect-troubles.ts";
import { aFunctionWorld, type FunctionWorld } from "../testing/function-world.ts";

const cancel = (world: FunctionWorld, id = "demo.op") =>
  world.request("POST /v1/operations/{id}/cancel", { path: { id } });
const leaseOf = (world: FunctionWorld) => world.rows().clusters[0]?.lease;

/** A deployment that waits for its nodes; answers the workflow that does. */
async function waiting(): Promise<Deployment & { readonly waiter: string }> {
  const deployment = await aDeployment("launched");
  const { operation } = deployment;
  const waiter = await deployment.wait({ kind: "nodes-online", operation, tier: "backend" });
  return { ...deployment, waiter };
}

describe("cancelling an operation", () => {
  it("ends at once what it waits for", async () => {
    const world = await waiting();
    const { status, body } = await cancel(world);
    expect(status).toBe(202);
    expect(operationView.parse(body)).toMatchObject({ id: "demo.op", status: "running", step: "Cancelling" });
    expect(await world.execution(world.waiter)).toMatchObject({
      status: "FAILED",
      error: "OperationCancelled",
      cause: expect.stringContaining("Someone asked for it"),
    });
    expect(leaseOf(world)?.isCancelled).toBe(true);
  });

  it("marks one that waits for nothing: its next step finds out", async () => {
    const world = await aDeployment("checked");
    expect((await cancel(world)).status).toBe(202);
    await expect(world.invoke("launch-nodes", { operation: world.operation, tier: "backend" })).rejects.toMatchObject({
      name: "OperationCancelled",
    });
  });

  it("marks one that has not begun", async () => {
    const world = await aFunctionWorld();
    const { body } = await world.request("POST /v1/clusters", { body: exampleSpec() });
    const id = String(body["id"]);
    expect((await cancel(world, id)).body).toMatchObject({ id, step: "Cancelling" });
    expect(world.rows().operations).toMatchObject([{ id, cancelRequested: true }]);
  });

  it("twice is the same as once", async () => {
    const world = await waiting();
    await cancel(world);
    const before = await stateOf(world);
    expect((await cancel(world)).status).toBe(202);
    expect(await stateOf(world)).toEqual(before);
  });

  it("does not touch the wait of another operation", async () => {
    const world = await waiting();
    const [wait] = world.rows().waits;
    if (wait === undefined) throw new Error("nothing waits");
    const foreign = { ...wait, operationId: "demo.other" };
    await world.run(world.store.write(world.operation, [{ put: "wait", wait: foreign }]));
    await cancel(world);
    expect(await world.execution(world.waiter)).toMatchObject({ status: "RUNNING" });
  });

  it("is heard also when the workflow cannot be told at once", async () => {
    const world = await waiting();
    failNext(world, "SendTaskFailure", "throttle", { times: ATTEMPTS_MAX });
    expectProblem(await cancel(world), 503, "AwsUnavailable");
    expect(leaseOf(world)?.isCancelled).toBe(true);
    expect((await cancel(world)).status).toBe(202);
    expect(await world.execution(world.waiter)).toMatchObject({ status: "FAILED", error: "OperationCancelled" });
  });
});

describe("an operation cannot be cancelled", () => {
  it.each(["demo.nothing", "nothing", ""])("that there is not (%j)", async (id) => {
    const world = await aDeployment("admitted");
    expectProblem(await cancel(world, id), 404, "OperationNotFound");
  });

  it.each(["succeeded", "failed"])("that has ended: %s", async (outcome) => {
    const world = await aDeployment("checked");
    await world.invoke("finish-operation", { operation: world.operation, outcome });
    const before = await stateOf(world);
    const answer = await cancel(world);
    expectProblem(answer, 409, "NotCancellable");
    expect(answer.body["detail"]).toContain(outcome);
    expect(await stateOf(world)).toEqual(before);
  });

  it("that is a destruction", async () => {
    const world = await aReadyCluster();
    const { body } = await world.request("DELETE /v1/clusters/{name}", {
      path: { name: "demo" },
      query: { confirm: "demo" },
    });
    const answer = await cancel(world, String(body["id"]));
    expectProblem(answer, 409, "NotCancellable");
    expect(answer.body["detail"]).toContain("confirmed by name");
  });

  it("that puts things back: what it waits for then goes on", async () => {
    const world = await aDeployment("launched");
    const { operation } = world;
    await world.invoke("terminate-nodes", { operation, scope: "operation" });
    await world.clock.advance(4_000);
    const waiter = await world.wait({ kind: "nodes-gone", operation, scope: "operation" });
    expectProblem(await cancel(world), 409, "NotCancellable");
    expect(leaseOf(world)?.isCancelled).toBeUndefined();
    expect(await world.execution(waiter)).toMatchObject({ status: "RUNNING" });
  });
});
