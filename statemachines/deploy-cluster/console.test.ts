import type { Call, CallFault } from "@muster/local-cloud";
import { aWorld, exampleSpec, violations, type World } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { described, runInConsole, sampleInput } from "../testing/console.ts";

const MACHINE = "deploy-cluster";
const instances = (world: World) => world.muster.cloud.ec2.admin.instances();
const executionsOf = (world: World, machine: string) =>
  world.muster.cloud.states.inspect().executions.filter(({ arn }) => arn.includes(`-${machine}:`));

describe("deploy-cluster, started by hand in the console", () => {
  it("deploys the cluster of the spec in its README", async () => {
    const world = await aWorld();
    const shown = await runInConsole(world, MACHINE, sampleInput(MACHINE));
    expect(shown).toMatchObject({ status: "SUCCEEDED" });
    expect(JSON.parse(shown.output ?? "")).toEqual({ status: "succeeded", error: "", cause: "" });
    expect(world.rows().clusters).toMatchObject([{ name: "demo", status: "ready" }]);
    expect(executionsOf(world, "grow-tier").map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    expect(violations(world)).toEqual([]);
  });

  const tooFew = { backend: { count: 5, instanceTypes: ["t3.micro"] } };

  it.each([
    { what: "nothing", input: {}, error: "InputInvalid", words: /spec is missing/ },
    { what: "no object", input: "deploy it", error: "InputInvalid", words: /the input has to be an object/ },
    { what: "the spec itself", input: exampleSpec(), error: "InputInvalid", words: /apiVersion/ },
    {
      what: "a field that it does not know",
      input: { spec: exampleSpec(), dryRun: true },
      error: "InputInvalid",
      words: /dryRun/,
    },
    {
      what: "a name that AWS does not take",
      input: { spec: exampleSpec({ name: "Demo!" }) },
      error: "SpecInvalid",
      words: /name/,
    },
    {
      what: "a type that the product does not run on",
      input: { spec: exampleSpec({ tiers: tooFew }) },
      error: "SpecInvalid",
      words: /t3\.micro/,
    },
  ])("refuses $what with $error and words that a person can read", async ({ input, error, words }) => {
    const world = await aWorld();
    const shown = await runInConsole(world, MACHINE, input);
    expect(shown).toMatchObject({ status: "FAILED", error, cause: expect.stringMatching(words) });
    // Three lines: what, why with the error's name, and what to do.
    const lines = (shown.cause ?? "").split("\n");
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(shown.cause).toContain(`(${error})`);
    expect(shown.cause).not.toMatch(/errorType|trace|\{"/);
    expect(instances(world)).toEqual([]);
    expect(world.rows().clusters).toEqual([]);
  });

  it("fails with the reason of what failed inside, through all the machines in between", async () => {
    const world = await aWorld({ cloud: { ssm: { online: [] } } });
    const shown = await runInConsole(world, MACHINE, { spec: exampleSpec() });
    expect(shown).toMatchObject({ status: "FAILED", error: "NodesLost" });
    expect(shown.cause).toMatch(/^\d+ nodes of tier backend were lost/);
    expect(instances(world).filter(({ state }) => state !== "terminated")).toEqual([]);
    expect(violations(world)).toEqual([]);
  });

  it("is cancelled while a hook waits, and puts everything back", async () => {
    const world = await aWorld();
    const arn = await world.startByHand(MACHINE, { spec: exampleSpec() });
    await world.until(() => world.rows().operations.some(({ step }) => step.startsWith("form: ")));
    await world.run(world.api.cancel(world.rows().operations[0]?.id ?? ""));
    const shown = await described(world, arn);
    expect(shown).toMatchObject({ status: "FAILED", error: "OperationCancelled" });
    expect(shown.cause).toContain("(OperationCancelled)");
    expect(executionsOf(world, "run-hook").map(({ status }) => status)).toEqual(["SUCCEEDED", "FAILED"]);
    expect(executionsOf(world, "remove-nodes").map(({ status }) => status)).toEqual(["SUCCEEDED"]);
    expect(violations(world)).toEqual([]);
  });

  it.each([
    { starter: MACHINE, started: "grow-tier" },
    { starter: "grow-tier", started: "run-hook" },
  ])("starts no $started twice when the answer of a start is lost", async ({ starter }) => {
    let lost = 0;
    const script = ({ operation, caller }: Call): CallFault | undefined => {
      if (operation !== "StartExecution" || !caller.arn.endsWith(`-${starter}`) || lost > 0) return undefined;
      lost++;
      return "lose-answer";
    };
    const world = await aWorld({ cloud: { faults: { script } } });
    expect(await runInConsole(world, MACHINE, { spec: exampleSpec() })).toMatchObject({ status: "SUCCEEDED" });
    expect(lost).toBe(1);
    expect(executionsOf(world, "grow-tier")).toHaveLength(2);
    expect(executionsOf(world, "run-hook")).toHaveLength(6);
    expect(violations(world)).toEqual([]);
  });

  it("enters about as many states for sixty backends as for six", async () => {
    const transitions = async (count: number) => {
      const world = await aWorld();
      const spec = exampleSpec({ tiers: { backend: { count, instanceTypes: ["i3en.2xlarge"] } } });
      expect(await runInConsole(world, MACHINE, { spec })).toMatchObject({ status: "SUCCEEDED" });
      const { transitions, largestPayloadBytes } = world.muster.cloud.states.inspect();
      expect(largestPayloadBytes).toBeLessThan(32 * 1024);
      return transitions;
    };
    const [few, many] = [await transitions(6), await transitions(60)];
    expect(many).toBeLessThan(1.25 * few);
  });
});
