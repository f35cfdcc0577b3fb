import { killOne } from "@muster/local-cloud";
import { aWorld, exampleSpec, violations, type World } from "@muster/testing/world";
import { describe, expect, it } from "vitest";

const spec = exampleSpec({
  tiers: {
    backend: { count: 6, instanceTypes: ["i3en.2xlarge"] },
    client: { count: 1, instanceTypes: ["c5.2xlarge"] },
  },
});

/** A death: that run of that function ends right after its n-th call, with nobody left to hear the answer. */
interface Death {
  readonly functionName: string;
  /** From 1: which invocation of that function in the whole story. */
  readonly runNumber: number;
  readonly afterCalls: number;
}

const full = (name: string) => `muster-local-${name}`;

/** Lives through a story with one death in it; answers what was wrong in the end, and whether the death came at all. */
async function live(
  story: (world: World) => Promise<string[]>,
  death: Death,
): Promise<{ wrong: string[]; died: boolean }> {
  const world = await aWorld({ cloud: { lambda: { killAfterCalls: killOne(death) } } });
  const wrong = [...(await story(world)), ...violations(world)];
  const died = (world.muster.cloud.lambda.usage().get(death.functionName)?.errors ?? 0) > 0;
  return {
    wrong: wrong.map(
      (problem) => `${death.functionName} run ${death.runNumber} after call ${death.afterCalls}: ${problem}`,
    ),
    died,
  };
}

/** Kills a function after each call of each of its runs, one at a time. */
async function walk(
  name: string,
  runs: number,
  story: (world: World) => Promise<string[]>,
): Promise<{ wrong: string[]; deaths: number }> {
  const wrong: string[] = [];
  let deaths = 0;
  for (let runNumber = 1; runNumber <= runs; runNumber++) {
    for (let afterCalls = 1; ; afterCalls++) {
      const lived = await live(story, { functionName: full(name), runNumber, afterCalls });
      if (!lived.died) break;
      deaths++;
      wrong.push(...lived.wrong);
    }
  }
  return { wrong, deaths };
}

async function deploy(world: World): Promise<string[]> {
  const operation = await world.deploy(spec);
  return operation.status === "succeeded"
    ? []
    : [`the deployment ${operation.status}: ${operation.failure?.code} ${operation.failure?.why}`];
}

async function deployAndDestroy(world: World): Promise<string[]> {
  const wrong = await deploy(world);
  const operation = await world.destroy("demo");
  const left = world.muster.cloud.ec2.admin.leftovers({ key: "muster:cluster" });
  return [
    ...wrong,
    ...(operation.status === "succeeded" ? [] : [`the destruction ${operation.status}`]),
    ...left.map((l) => `${l.resourceId} is left`),
  ];
}

async function runsOf(story: (world: World) => Promise<string[]>): Promise<ReadonlyMap<string, number>> {
  const world = await aWorld();
  expect(await story(world)).toEqual([]);
  return new Map([...world.muster.cloud.lambda.usage()].map(([name, usage]) => [name, usage.runs]));
}

describe("a function that dies after any of its calls changes nothing", () => {
  it.each([
    { name: "admit-operation", callsAtLeast: 3 },
    { name: "run-preflight", callsAtLeast: 15 },
    { name: "create-credentials", callsAtLeast: 8 },
    { name: "launch-nodes", callsAtLeast: 10 },
    { name: "watch-progress", callsAtLeast: 50 },
    { name: "send-hook", callsAtLeast: 10 },
    { name: "activate-nodes", callsAtLeast: 6 },
    { name: "check-nodes", callsAtLeast: 2 },
    { name: "finish-operation", callsAtLeast: 4 },
  ])(
    "$name, while a cluster is deployed",
    async ({ name, callsAtLeast }) => {
      const runs = (await runsOf(deploy)).get(full(name)) ?? 0;
      const { wrong, deaths } = await walk(name, runs, deploy);
      expect(wrong).toEqual([]);
      expect(deaths).toBeGreaterThanOrEqual(callsAtLeast);
    },
    300_000,
  );

  it.each([
    { name: "terminate-nodes", callsAtLeast: 10 },
    { name: "finish-operation", callsAtLeast: 15 },
  ])(
    "$name, while a cluster is destroyed",
    async ({ name, callsAtLeast }) => {
      const runs = (await runsOf(deployAndDestroy)).get(full(name)) ?? 0;
      const { wrong, deaths } = await walk(name, runs, deployAndDestroy);
      expect(wrong).toEqual([]);
      expect(deaths).toBeGreaterThanOrEqual(callsAtLeast);
    },
    300_000,
  );
});
