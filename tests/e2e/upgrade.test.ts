import { aWorld, exampleSpec, type World } from "@muster/testing/world";
import { describe, expect, it } from "vitest";

describe("an upgrade while a deployment runs", () => {
  it("does not touch it: nested machines are started in the version that it began with", async () => {
    const world = await aWorld();
    const running = await startThroughAlias(world, "deploy-cluster", { spec: exampleSpec() });
    // Backends are being launched; clients, and every hook, are started after the upgrade.
    await world.until(() => world.muster.cloud.ec2.admin.instances().length === 6);
    for (const machine of ["grow-tier", "run-hook"]) await upgrade(world, machine);

    await world.until(() => !isRunning(world));
    expect(await ask(world, "DescribeExecution", { executionArn: running })).toMatchObject({ status: "SUCCEEDED" });
    expect(world.muster.cloud.iam.refusals()).toEqual([]);
  });

  it("is what the next one begins with", async () => {
    const world = await aWorld();
    await upgrade(world, "deploy-cluster");
    const next = await startThroughAlias(world, "deploy-cluster", { spec: exampleSpec() });
    await world.until(() => !isRunning(world));
    expect(await ask(world, "DescribeExecution", { executionArn: next })).toMatchObject({
      status: "FAILED",
      error: "NewCode",
    });
  });
});

/** Publishes a definition that can be told from the old one at once, and moves the alias to it. */
async function upgrade(world: World, name: string): Promise<void> {
  const machine = machineOf(world, name);
  const definition = {
    QueryLanguage: "JSONata",
    StartAt: "New code",
    States: { "New code": { Type: "Fail", Error: "NewCode" } },
  };
  const updated = await ask(world, "UpdateStateMachine", {
    stateMachineArn: machine.arn,
    definition: JSON.stringify(definition),
    publish: true,
  });
  const routingConfiguration = [{ stateMachineVersionArn: updated["stateMachineVersionArn"], weight: 100 }];
  await ask(world, "UpdateStateMachineAlias", { stateMachineAliasArn: machine.aliasArn, routingConfiguration });
}

async function startThroughAlias(world: World, name: string, input: unknown): Promise<string> {
  const started = await ask(world, "StartExecution", {
    stateMachineArn: machineOf(world, name).aliasArn,
    input: JSON.stringify(input),
  });
  return String(started["executionArn"]);
}

async function ask(world: World, operation: string, input: unknown): Promise<Record<string, unknown>> {
  const { kernel, user } = world.muster.cloud;
  return (await world.run(kernel.call("states", operation, input, user))) as Record<string, unknown>;
}

function isRunning({ muster }: World): boolean {
  return muster.cloud.states.inspect().executions.some(({ status }) => status === "RUNNING");
}

function machineOf({ muster }: World, name: string) {
  const machine = muster.manifest.machines.find((m) => m.name === name);
  if (machine === undefined) throw new Error(`there is no machine ${name}`);
  return machine;
}
