import { aWorld, exampleSpec, type World } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { expectPutBack, expectReady } from "./expect-settled.ts";

const backends = (world: World) => world.rows().nodes.filter((node) => node.tier === "backend");

/** An instance on which the hook's command is under way. */
function runsOn(world: World, hook: string): string {
  const command = world.muster.cloud.ssm.admin
    .commands()
    .find(({ documentName }) => documentName.endsWith(`weka-${hook}`));
  const [instanceId] = Object.keys(command?.invocations ?? {});
  if (instanceId === undefined) throw new Error(`${hook} runs nowhere`);
  return instanceId;
}

/** Starts a deployment, and waits until its operation says that step. */
async function upTo(world: World, step: RegExp): Promise<string> {
  const { id } = await world.run(world.api.deploy(exampleSpec()));
  await world.until(() => world.rows().operations.some((operation) => step.test(operation.step)));
  return id;
}

describe("when nodes misbehave", () => {
  it("and half of their SSM agents are a quarter of an hour late, they are waited for", async () => {
    const online = [
      { share: 0.5, delayMs: { min: 30_000, max: 60_000 } },
      { share: 0.5, delayMs: { min: 800_000, max: 1_000_000 } },
    ];
    const world = await aWorld({ cloud: { ssm: { online } } });
    expectReady(world, await world.deploy(exampleSpec()));
    expect(world.muster.cloud.ec2.admin.instances()).toHaveLength(8);
  });

  it("and one agent never comes, its node is replaced", async () => {
    const world = await aWorld();
    const { admin } = world.muster.cloud.ec2;
    const id = await upTo(world, /^Launching 6/);
    await world.until(() => admin.instances().some((instance) => instance.state === "running"));
    const silent = admin.instances().find((instance) => instance.state === "running");
    admin.failHardware(silent?.instanceId ?? "", "silent");
    expectReady(world, await world.ended(id));
    expect(world.rows().timeline.find((entry) => entry.event === "nodes.replaced")?.text).toContain(
      "did not answer within 20 minutes",
    );
  });

  it("and no agent ever comes, it gives up with a clear error", async () => {
    const world = await aWorld({ cloud: { ssm: { online: [] } } });
    const operation = await world.deploy(exampleSpec());
    expectPutBack(world, operation, "NodesLost");
    expect(operation.failure?.why).toContain("SSM agent did not answer");
  });

  it("and their agents are too old, it says which version is needed", async () => {
    const world = await aWorld({ cloud: { ssm: { agentVersion: "3.2.2303.0" } } });
    const operation = await world.deploy(exampleSpec());
    expectPutBack(world, operation, "AgentTooOld");
    expect(operation.failure?.why).toContain("3.3.2746.0");
  });

  it.each(["prepare", "form", "verify"])(
    "and one is terminated while %s runs, another takes its place",
    async (hook) => {
      const world = await aWorld();
      const id = await upTo(world, new RegExp(`^${hook}`));
      await world.clock.advance(10_000);
      world.muster.cloud.ec2.admin.failHardware(backends(world)[0]?.instanceId ?? "", "terminated");
      expectReady(world, await world.ended(id));
      expect(world.rows().timeline.map((entry) => entry.event)).toContain("nodes.replaced");
      expect(backends(world)).toHaveLength(6);
    },
  );

  it.each(["prepare", "form", "mount"])(
    "and one falls silent while %s runs, though EC2 calls it running, another takes its place within half an hour",
    async (hook) => {
      const world = await aWorld();
      const id = await upTo(world, new RegExp(`^${hook}`));
      await world.clock.advance(10_000);
      const silent = runsOn(world, hook);
      const since = world.clock.now();
      world.muster.cloud.ec2.admin.failHardware(silent, "silent");
      expectReady(world, await world.ended(id));
      expect(world.rows().nodes.map((node) => node.instanceId)).not.toContain(silent);
      const replaced = world.rows().timeline.find((entry) => entry.event === "nodes.replaced");
      expect(replaced?.text).toMatch(/its SSM agent has been silent for \d+ minutes/);
      expect((replaced?.at ?? Number.POSITIVE_INFINITY) - since).toBeLessThan(30 * 60_000);
    },
  );

  it("and the one that forms the cluster dies in the middle, another one goes on", async () => {
    const world = await aWorld();
    const id = await upTo(world, /^form/);
    await world.clock.advance(45_000);
    const former = world.muster.cloud.ssm.admin
      .commands()
      .find((command) => command.documentName.endsWith("weka-form"));
    const [instanceId = ""] = Object.keys(former?.invocations ?? {});
    world.muster.cloud.ec2.admin.failHardware(instanceId, "terminated");
    expectReady(world, await world.ended(id));
    expect(backends(world).map((node) => node.instanceId)).not.toContain(instanceId);
  });

  it("and a hook fails on one node of six, it is run again on that node only", async () => {
    let failures = 0;
    const world = await aWorld({
      weka: {
        fault: ({ argv }) => {
          if (argv[0] !== "mkfs.ext4" || failures > 0) return undefined;
          failures++;
          return { exitCode: 1, stderr: "mkfs.ext4: Device or resource busy\n" };
        },
      },
    });
    expectReady(world, await world.deploy(exampleSpec()));
    const prepares = world.muster.cloud.ssm.admin
      .commands()
      .filter((command) => command.documentName.endsWith("weka-prepare"));
    expect(prepares.map((command) => Object.keys(command.invocations).length)).toEqual([6, 1]);
  });

  it("and a hook fails on one node every time, the error says where and what it said", async () => {
    const world = await aWorld({
      weka: {
        fault: ({ argv }) =>
          argv[0] === "mkfs.ext4" ? { exitCode: 1, stderr: "mkfs.ext4: Device or resource busy\n" } : undefined,
      },
    });
    const operation = await world.deploy(exampleSpec());
    expectPutBack(world, operation, "HookFailed");
    expect(operation.failure?.what).toContain("prepare failed on 6 backend nodes in 3 attempts");
    expect(operation.failure?.why).toContain("Device or resource busy");
  });

  it("and a command takes longer than it may, it is tried again, and the operation ends", async () => {
    const world = await aWorld({ weka: { softwareInstall: { min: 10_000_000, max: 11_000_000 } } });
    const operation = await world.deploy(exampleSpec());
    expectPutBack(world, operation, "HookFailed");
    expect(operation.failure?.why).toMatch(/ExecutionTimedOut|longer than it may|exited with an error/);
  });
});
