import { SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { aWorld, exampleSpec, violations, type World } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { expectPutBack, expectReady } from "./expect-settled.ts";

const backend = (world: World, index: number) => {
  const { instanceId = "", privateIp = "" } =
    world.rows().nodes.find((node) => node.tier === "backend" && node.index === index) ?? {};
  return { instanceId, privateIp };
};
const events = (world: World) => world.rows().timeline.map((entry) => entry.event);

/** Starts a deployment, and waits until its backends are members and its operation says that step. */
async function grownUpTo(world: World, step: RegExp, change: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { id } = await world.run(world.api.deploy(exampleSpec(change)));
  await world.until(() => events(world).includes("tier.active"));
  await world.until(() => isAt(world, step), 100);
  return id;
}

const isAt = (world: World, step: RegExp) => world.rows().operations.some((operation) => step.test(operation.step));
/** The whole cluster is verified: the hook's first run ended before the backends became members. */
const VERIFYING = /^verify: /;

describe("a member that dies in silence when its tier is whole", () => {
  it.each([
    { when: "clients come online", step: /of 2 client nodes are online/, index: 4 },
    { when: "clients mount", step: /^mount: /, index: 4 },
    { when: "clients mount, and that is then asked how the cluster is", step: /^mount: /, index: 0 },
  ])("while $when: the cluster is not called ready, and the error names it", async ({ step, index }) => {
    const world = await aWorld();
    const { admin } = world.muster.cloud.ec2;
    const id = await grownUpTo(world, step);
    const { instanceId, privateIp } = backend(world, index);
    admin.failHardware(instanceId, "silent");
    const isNoticed = () => events(world).includes("hook.failed");
    await world.until(() => isNoticed() || world.rows().clusters[0]?.status !== "deploying");
    expect(isNoticed(), "the cluster noticed").toBe(true);
    expect(admin.instance(instanceId)?.state, "and EC2 did not").toBe("running");
    const operation = await world.ended(id);
    expectPutBack(world, operation, "HookFailed");
    expect(operation.failure?.what).toContain("Hook verify failed");
    expect(operation.failure?.why).toContain(privateIp);
  });
});

describe("while the whole cluster is verified", () => {
  it.each([
    { which: "the one that is asked", index: 0 },
    { which: "another one", index: 3 },
  ])("a member that EC2 terminates is replaced, and the cluster verified again ($which)", async ({ index }) => {
    const world = await aWorld();
    const id = await grownUpTo(world, VERIFYING);
    world.muster.cloud.ec2.admin.failHardware(backend(world, index).instanceId, "terminated");
    expectReady(world, await world.ended(id));
    expect(events(world)).toContain("nodes.replaced");
    const last = world.rows().timeline.findLast((entry) => entry.event.startsWith("hook."));
    expect(last?.text).toMatch(/^Hook verify on tier backend, .* done on 1\.$/);
  });

  it("a person cancels, and all is put back", async () => {
    const world = await aWorld();
    const id = await grownUpTo(world, VERIFYING);
    await world.run(world.api.cancel(id));
    expectPutBack(world, await world.ended(id), "OperationCancelled");
  });

  it.each([
    { keepOnFailure: false, left: 0 },
    { keepOnFailure: true, left: 8 },
  ])(
    "and a member is dead, a person stops the workflow: the sweep does not call it ready (keep: $keepOnFailure)",
    async (given) => {
      const world = await aWorld();
      const id = await grownUpTo(world, /^mount: /, { keepOnFailure: given.keepOnFailure });
      world.muster.cloud.ec2.admin.failHardware(backend(world, 4).instanceId, "silent");
      await world.until(() => isAt(world, VERIFYING));
      const executionArn = world.muster.cloud.states.inspect().executions.find(({ arn }) => arn.endsWith(id))?.arn;
      await world.run(world.client(SFNClient).send(new StopExecutionCommand({ executionArn })));
      await world.clock.advance(2 * HOUR_MS);
      expect(await world.run(world.api.operation(id))).toMatchObject({ failure: { code: "OperationAborted" } });
      const instances = world.muster.cloud.ec2.admin.instances();
      expect(instances.filter(({ state }) => state === "running")).toHaveLength(given.left);
      expect(world.rows().clusters.map(({ status }) => status)).not.toContain("ready");
      expect(violations(world)).toEqual([]);
    },
  );
});

const HOUR_MS = 3_600_000;
