import type { Call, CallFault } from "@muster/local-cloud";
import { RECOVERIES_MAX } from "@muster/core";
import { awsError, aWorld, exampleSpec, violations, type World } from "@muster/testing/world";
import { describe, expect, it } from "vitest";

const HOUR_MS = 3_600_000;

/** Refuses calls of that operation by a function until it is told to stop. */
function refusing(operation: string, functionName: string) {
  const dial = { isOn: true };
  const denied = awsError("AccessDeniedException", `not authorized to perform ${operation}`, 403);
  const script = (call: Call): CallFault | undefined =>
    dial.isOn && call.operation === operation && call.caller.arn.endsWith(`-${functionName}`) ? denied : undefined;
  return { dial, script };
}

async function cancelled(world: World, step: string) {
  const { id } = await world.run(world.api.deploy(exampleSpec()));
  await world.until(() => world.rows().operations.some((operation) => operation.step.startsWith(step)));
  await world.run(world.api.cancel(id));
  return world.ended(id);
}

const left = (world: World) =>
  world.muster.cloud.ec2.admin.instances().filter(({ state }) => state !== "terminated").length;

describe("an operation that cannot put back what it did", () => {
  it("says so, and the sweep puts it back as soon as AWS lets it", async () => {
    const { dial, script } = refusing("TerminateInstances", "terminate-nodes");
    const world = await aWorld({ cloud: { faults: { script } } });
    const operation = await cancelled(world, "prepare: ");
    expect(operation).toMatchObject({ status: "cancelled", step: "Cancelled; not all is put back" });
    expect(operation.failure?.why).toContain("Not all could be put back");
    expect(operation.failure?.why).not.toContain("What it had launched was put back");
    expect(operation.failure?.remedy).toContain("muster cluster destroy demo --confirm demo");
    expect(left(world)).toBe(6);
    dial.isOn = false;
    await world.clock.advance(2 * HOUR_MS);
    expect(left(world)).toBe(0);
    expect(violations(world)).toEqual([]);
  });

  it("is tried again so often, and then left to a person", async () => {
    const { script } = refusing("TerminateInstances", "terminate-nodes");
    const world = await aWorld({ cloud: { faults: { script } } });
    await cancelled(world, "prepare: ");
    await world.clock.advance(24 * HOUR_MS);
    const recoveries = world.rows().operations.filter(({ id }) => id.includes(".recover-"));
    expect(recoveries).toHaveLength(RECOVERIES_MAX);
    expect(recoveries.at(-1)?.failure).toMatchObject({ code: "AwsAccessDenied" });
    expect(world.muster.cloud.states.inspect().executions.filter(({ status }) => status === "RUNNING")).toEqual([]);
  });
});

describe("a workflow that dies in its last step", () => {
  it("of a deployment that is whole: the sweep says that it is ready, and destroys nothing", async () => {
    const { dial, script } = refusing("TransactWriteItems", "finish-operation");
    const world = await aWorld({ cloud: { faults: { script } } });
    const { id } = await world.run(world.api.deploy(exampleSpec()));
    await world.until(() =>
      world.muster.cloud.states.inspect().executions.some(({ arn, status }) => arn.endsWith(id) && status === "FAILED"),
    );
    dial.isOn = false;
    await world.clock.advance(HOUR_MS);
    expect(world.rows().clusters).toMatchObject([{ name: "demo", status: "ready" }]);
    expect(await world.run(world.api.operation(id))).toMatchObject({ status: "succeeded" });
    expect(left(world)).toBe(8);
    expect(violations(world)).toEqual([]);
  });

  it("because its secret may not be deleted: the cluster is gone, and the error names the secret", async () => {
    const { dial, script } = refusing("DeleteSecret", "finish-operation");
    const world = await aWorld({ cloud: { faults: { script } } });
    await world.deploy(exampleSpec());
    const operation = await world.destroy("demo");
    expect(operation).toMatchObject({ status: "failed", failure: { code: "RemovalIncomplete" } });
    expect(operation.failure?.why).toContain("muster/local/demo/");
    expect(left(world)).toBe(0);
    await world.clock.advance(3 * HOUR_MS);
    expect(world.rows().operations.filter(({ id }) => id.includes(".recover-"))).toEqual([]);
    dial.isOn = false;
    expect(await world.destroy("demo")).toMatchObject({ status: "succeeded" });
    expect(world.rows().clusters).toEqual([]);
  });
});
