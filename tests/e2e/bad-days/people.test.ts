import { aWorld, exampleSpec, violations, type World } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { expectPutBack, expectReady } from "./expect-settled.ts";

describe("when people do the same thing twice", () => {
  it("two deploys of one name at once: one cluster, and one clear refusal", async () => {
    const world = await aWorld();
    const started = await world.run(
      Promise.allSettled([world.api.deploy(exampleSpec()), world.api.deploy(exampleSpec())]),
    );
    const ids = started.flatMap((s) => (s.status === "fulfilled" ? [s.value.id] : []));
    const ended = [];
    for (const id of ids) ended.push(await world.ended(id));
    expect(ended.map((operation) => operation.status).toSorted()).toEqual(["refused", "succeeded"]);
    expect(ended.find((operation) => operation.status === "refused")?.failure?.code).toMatch(
      /ClusterBusy|ClusterExists/,
    );
    expect(world.muster.cloud.ec2.admin.instances()).toHaveLength(8);
    expect(violations(world)).toEqual([]);
  });

  it("a deploy of a cluster that is there is refused at once", async () => {
    const world = await aWorld();
    await world.deploy(exampleSpec());
    await expect(world.run(world.api.deploy(exampleSpec()))).rejects.toMatchObject({
      code: "ClusterExists",
      status: 409,
    });
  });

  it("the same Idempotency-Key is the same operation, even after it has ended", async () => {
    const world = await aWorld();
    const [first, second] = await world.run(
      Promise.all([world.api.deploy(exampleSpec(), "key-1"), world.api.deploy(exampleSpec(), "key-1")]),
    );
    expect(second.id).toBe(first.id);
    expectReady(world, await world.ended(first.id));
    expect(await world.run(world.api.deploy(exampleSpec(), "key-1"))).toMatchObject({
      id: first.id,
      status: "succeeded",
    });
    expect(world.muster.cloud.ec2.admin.instances()).toHaveLength(8);
  });

  it("the same Idempotency-Key with another spec is refused", async () => {
    const world = await aWorld();
    await world.run(world.api.deploy(exampleSpec(), "key-1"));
    await expect(world.run(world.api.deploy(exampleSpec({ name: "other" }), "key-1"))).rejects.toMatchObject({
      code: "IdempotencyConflict",
    });
  });

  it("destroying asks for the name twice, and a cluster that there is", async () => {
    const world = await aWorld();
    await expect(world.run(world.api.destroy("nobody"))).rejects.toMatchObject({
      code: "ClusterNotFound",
      status: 404,
    });
    const { cloud } = world.muster;
    const executionArn = await world.startByHand("destroy-cluster", { cluster: "demo", confirm: "yes" });
    await world.clock.advance(10_000);
    expect(
      await world.run(cloud.kernel.call("states", "DescribeExecution", { executionArn }, cloud.user)),
    ).toMatchObject({ status: "FAILED", error: "ConfirmationMissing" });
  });
});

describe("cancelling", () => {
  const steps = [
    "Admitted",
    "Limits checked",
    "Launching",
    "are online",
    "prepare on",
    "prepare: ",
    "form: ",
    "verify: ",
    "Launching 2",
    "mount: ",
  ];

  it.each(steps)("in the step %j puts everything back", async (step) => {
    const world = await aWorld();
    const { id } = await world.run(world.api.deploy(exampleSpec()));
    // Some steps last for a tenth of a second only.
    await world.until(() => world.rows().operations.some((operation) => operation.step.includes(step)), 20);
    await world.run(world.api.cancel(id));
    expectPutBack(world, await world.ended(id), "OperationCancelled");
  });

  it("before the workflow has taken the cluster ends it there", async () => {
    const world = await aWorld();
    const { id } = await world.run(world.api.deploy(exampleSpec()));
    await world.run(world.api.cancel(id));
    const ended = await world.ended(id);
    expect(ended).toMatchObject({ status: "cancelled", failure: { code: "OperationCancelled" } });
    expect(violations(world)).toEqual([]);
    expect(world.muster.cloud.ec2.admin.leftovers({ key: "muster:cluster" })).toEqual([]);
  });

  it("is refused when there is nothing to cancel any more", async () => {
    const world = await aWorld();
    const { id } = await world.deploy(exampleSpec());
    await expect(world.run(world.api.cancel(id))).rejects.toMatchObject({ code: "NotCancellable", status: 409 });
    await expect(world.run(world.api.cancel("demo.nothing"))).rejects.toMatchObject({
      code: "OperationNotFound",
      status: 404,
    });
    const destroy = await world.run(world.api.destroy("demo"));
    await expect(world.run(world.api.cancel(destroy.id))).rejects.toMatchObject({ code: "NotCancellable" });
  });

  it("a second time while it puts things back changes nothing", async () => {
    const world = await aWorld();
    const { id } = await world.run(world.api.deploy(exampleSpec()));
    await world.until(() => world.rows().operations.some((operation) => operation.step.includes("prepare: ")));
    await world.run(world.api.cancel(id));
    await world.until(() => isUndoing(world));
    await expect(world.run(world.api.cancel(id))).rejects.toMatchObject({ code: "NotCancellable" });
    expectPutBack(world, await world.ended(id), "OperationCancelled");
  });
});

function isUndoing(world: World): boolean {
  return world.rows().clusters.some((cluster) => cluster.lease?.isUndoing === true);
}
