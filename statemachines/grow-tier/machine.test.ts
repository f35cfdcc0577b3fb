import { OPERATION_ID_CHARACTERS_MAX } from "@muster/core";
import { products } from "@muster/products";
import { describe, expect, it } from "vitest";
import { beats, fails, failsInside, failsWait, gives, raised, staysSilent, storyOf } from "../testing/answers.ts";
import { flawsOf } from "../testing/flaws.ts";
import {
  expectGivesUp,
  expectGoesOn,
  FUNCTION_RETRY,
  WAIT_RETRY,
  START_RETRY,
  statesWith,
  type RetryCase,
} from "../testing/retries.ts";
import { callsOf, gapsBetween, identityOf, runMachine, START, type Answers } from "../testing/run-machine.ts";

const MACHINE = "grow-tier";
const operation = { cluster: "demo", operationId: "demo.01JGGW0000", fence: 3 };
const input = { operation, tier: "backend", AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: "arn" };
const launched = { outcome: "filled", waitSeconds: 0, hooks: ["prepare", "form"] };

const usual: Answers = {
  "Launch nodes": gives(launched),
  "Wait until online": gives({ outcome: "online" }, 9),
  "Run hook": gives({ outcome: "done" }, 300),
  "Activate nodes": gives({ active: 6 }),
};
const run = (answers: Answers = {}, more: { stopAfter?: number } = {}) =>
  runMachine(MACHINE, { input, answers: { ...usual, ...answers }, ...more });

const launching = ["Launch nodes", "All asked for?"];
const comingOnline = ["Wait until online", "All online?"];
const hook = ["Run hook", "Nodes still there?", "Hook done"];

describe("grow-tier", () => {
  it("has no flaw", () => {
    expect(flawsOf(MACHINE)).toEqual([]);
  });

  it("launches, waits until all are online, runs the hooks one after the other, and makes the nodes members", async () => {
    const story = await run();
    expect(story).toMatchObject({ status: "SUCCEEDED", output: { active: 6 } });
    expect(story.visits).toEqual([
      { state: "Launch nodes", input },
      { state: "All asked for?", input: launched },
      { state: "Wait until online", input: launched },
      { state: "All online?", input: { outcome: "online" } },
      { state: "Run hooks", input: { outcome: "online" } },
      { state: "Run hook", input: { hook: "prepare" } },
      { state: "Nodes still there?", input: { outcome: "done" } },
      { state: "Hook done", input: { outcome: "done" } },
      { state: "Run hook", input: { hook: "form" } },
      { state: "Nodes still there?", input: { outcome: "done" } },
      { state: "Hook done", input: { outcome: "done" } },
      { state: "Activate nodes", input: [{ outcome: "done" }, { outcome: "done" }] },
    ]);
    expect(gapsBetween(callsOf(story, "Run hook"))).toEqual([300]);
  });

  it("tells its functions, and run-hook, what they need, and no more", async () => {
    const story = await run();
    const { executionArn } = identityOf(MACHINE);
    const nested = { operation, tier: "backend", AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: executionArn };
    expect(story.calls.map((call) => [call.target, call.input])).toEqual([
      ["launch-nodes", input],
      ["watch-progress", { token: expect.any(String), operation, kind: "nodes-online", tier: "backend" }],
      ["run-hook", { ...nested, hook: "prepare" }],
      ["run-hook", { ...nested, hook: "form" }],
      ["activate-nodes", { operation, tier: "backend" }],
    ]);
    const [, waiting] = story.calls;
    expect(waiting?.input).toMatchObject({ token: waiting?.taskToken });
    expect(waiting).toMatchObject({ heartbeatSeconds: 10, timeoutSeconds: 86_400 });
  });

  it("lets EC2's buckets refill as long as launch-nodes says, and goes on launching", async () => {
    const pause = (waitSeconds: number) => gives({ ...launched, outcome: "pause", waitSeconds });
    const story = await run({ "Launch nodes": [pause(42), pause(7), gives(launched)] });
    const paused = [...launching, "Wait for EC2's buckets"];
    expect(story.states).toEqual([
      ...paused,
      ...paused,
      ...launching,
      ...comingOnline,
      "Run hooks",
      ...hook,
      ...hook,
      "Activate nodes",
    ]);
    expect(gapsBetween(callsOf(story, "Launch nodes"))).toEqual([42.1, 7.1]);
  });

  it("launches again when nodes were lost before they were online", async () => {
    const story = await run({ "Wait until online": [gives({ outcome: "relaunch" }), gives({ outcome: "online" })] });
    const round = [...launching, ...comingOnline];
    expect(story.states).toEqual([...round, ...round, "Run hooks", ...hook, ...hook, "Activate nodes"]);
    expect(story.status).toBe("SUCCEEDED");
  });

  it("launches again when nodes were lost while a hook ran, and runs the hooks that the tier then needs", async () => {
    const story = await run({
      "Launch nodes": [gives(launched), gives({ ...launched, hooks: ["prepare", "join", "verify"] })],
      "Run hook": [gives({ outcome: "done" }), gives({ outcome: "relaunch" }), gives({ outcome: "done" })],
    });
    const round = [...launching, ...comingOnline, "Run hooks"];
    expect(story.states).toEqual([
      ...round,
      ...hook,
      "Run hook",
      "Nodes still there?",
      "Nodes were lost",
      ...round,
      ...hook,
      ...hook,
      ...hook,
      "Activate nodes",
    ]);
    expect(callsOf(story, "Run hook").map((call) => call.input)).toMatchObject(
      ["prepare", "form", "prepare", "join", "verify"].map((name) => ({ hook: name })),
    );
    expect(story).toMatchObject({ status: "SUCCEEDED", output: { active: 6 } });
    const [, again] = story.visits.filter(({ state }) => state === "Launch nodes");
    expect(again?.input).toEqual({
      Error: "NodesNeedRelaunch",
      Cause: expect.stringMatching(/^Nodes were lost while a hook ran; .*\.$/),
    });
  });

  it("runs no hook where the product has none", async () => {
    const story = await run({ "Launch nodes": gives({ ...launched, hooks: [] }) });
    expect(story.states).toEqual([...launching, ...comingOnline, "Run hooks", "Activate nodes"]);
  });
});

describe("the executions that grow-tier starts", () => {
  const at = (seconds: number) => Math.round(START + 1000 * seconds).toString(36);

  it("are named after the operation, the tier, the hook, and when the state was entered", async () => {
    const calls = callsOf(await run(), "Run hook");
    expect(calls.map((call) => call.name)).toEqual(
      calls.map((call, index) => `demo.01JGGW0000-backend-${launched.hooks[index]}-${at(call.at)}`),
    );
  });

  it("keep their name while their start is tried again: a start whose answer was lost starts nothing twice", async () => {
    const lost = fails("StepFunctions.SdkClientException");
    const story = await run({ "Run hook": [lost, lost, gives({ outcome: "done" })] });
    const [first, second, third, next] = callsOf(story, "Run hook");
    expect([second?.name, third?.name]).toEqual([first?.name, first?.name]);
    expect(next?.name).not.toBe(first?.name);
  });

  it("get another name when the one of that name has ended meanwhile, and the same input", async () => {
    const lost = fails("StepFunctions.SdkClientException");
    const ended = fails("StepFunctions.ExecutionAlreadyExistsException", "Execution Already Exists: 'arn'");
    const story = await run({ "Run hook": [lost, ended, gives({ outcome: "done" })] });
    expect(story.states).toEqual((await run()).states.toSpliced(5, 0, "Run hook"));
    expect(story.visits.filter(({ state }) => state === "Run hook")).toEqual([
      { state: "Run hook", input: { hook: "prepare" } },
      { state: "Run hook", input: { hook: "prepare" } },
      { state: "Run hook", input: { hook: "form" } },
    ]);
    const [first, second, third] = callsOf(story, "Run hook");
    expect(second?.name).toBe(first?.name);
    expect(third?.name).not.toBe(first?.name);
    expect(third?.input).toEqual(first?.input);
    expect(story.status).toBe("SUCCEEDED");
  });

  // Step Functions takes 80 characters. The longest operation id, the longest tier of all products, and every hook.
  it.each(products.flatMap(({ hooks }) => Object.keys(hooks)))(
    "have names that Step Functions takes, also for the hook %s of a tier with a long name",
    async (name) => {
      const operationId = `${"c".repeat(OPERATION_ID_CHARACTERS_MAX - 27)}.01JGGW00000000000000000000`;
      const tier = "database";
      const answers = { ...usual, "Launch nodes": gives({ ...launched, hooks: [name] }) };
      const named = { ...input, operation: { ...operation, operationId }, tier };
      const [call] = callsOf(await runMachine(MACHINE, { input: named, answers }), "Run hook");
      expect(call?.name).toHaveLength(40 + 1 + tier.length + 1 + name.length + 1 + 8);
      expect(call?.name?.length).toBeLessThanOrEqual(80);
      expect(call?.name).toContain(".01JGGW00000000000000000000-");
    },
  );
});

describe("grow-tier, when no event comes", () => {
  const times = (count: number) => Array.from({ length: count }, () => staysSilent);

  it("looks by itself: after ten seconds, and then less and less often, down to every minute", async () => {
    const story = await run({ "Wait until online": [...times(9), gives({ outcome: "online" })] });
    const looks = callsOf(story, "Wait until online");
    const seconds = [10, 13, 17, 23, 30, 39, 51, 60, 60];
    expect(looks.map((call) => call.heartbeatSeconds)).toEqual([...seconds, 60]);
    expect(gapsBetween(looks)).toEqual(seconds);
    expect(new Set(looks.map((call) => call.taskToken)).size).toBe(10);
    expect(story.status).toBe("SUCCEEDED");
  });

  it("looks often again once it has launched again", async () => {
    const story = await run({
      "Wait until online": [...times(2), gives({ outcome: "relaunch" }), gives({ outcome: "online" })],
    });
    expect(callsOf(story, "Wait until online").map((call) => call.heartbeatSeconds)).toEqual([10, 13, 17, 10]);
  });

  it("looks at least once a day, even if something keeps the heart beating", async () => {
    const story = await run({ "Wait until online": [beats(5), gives({ outcome: "online" })] });
    expect(gapsBetween(callsOf(story, "Wait until online"))).toEqual([86_400]);
    expect(story.status).toBe("SUCCEEDED");
  });

  it("can do so for two days, as long as an operation may take, without filling its history", async () => {
    const story = await run({ "Wait until online": staysSilent }, { stopAfter: 172_800 });
    expect(story.status).toBe("ABORTED");
    // AWS keeps 25,000.
    expect(story.historyEvents).toBeLessThan(17_500);
  });
});

describe("grow-tier, when something fails", () => {
  const cause = "6 nodes of tier backend were lost.\nTheir agents did not answer (NodesLost).\nLook at the image.";

  it("ends as the answer of the wait says it, which nothing retries", async () => {
    const story = await run({ "Wait until online": failsWait("AgentTooOld", cause) });
    expect(story).toMatchObject({ status: "FAILED", error: "AgentTooOld", cause });
    expect(callsOf(story, "Wait until online")).toHaveLength(1);
  });

  it.each(["Launch nodes", "Wait until online", "Activate nodes"])(
    "ends when the function of %j refuses",
    async (state) => {
      const story = await run({ [state]: fails("NodesLost", cause) });
      expect(story).toMatchObject({ status: "FAILED", error: "NodesLost", cause: raised("NodesLost", cause) });
      expect(story.states.at(-1)).toBe(state);
      expect(callsOf(story, state)).toHaveLength(1);
    },
  );

  it("ends with the whole story of a hook that failed, and runs no further hook", async () => {
    const story = await run({ "Run hook": failsInside("HookFailed", cause) });
    expect(story).toMatchObject({ status: "FAILED", error: "States.TaskFailed", cause: storyOf("HookFailed", cause) });
    expect(callsOf(story, "Run hook")).toHaveLength(1);
    expect(story.states.at(-1)).toBe("Run hook");
  });

  const retries: RetryCase[] = [
    ...["Launch nodes", "Wait until online", "Activate nodes"].map((state) => ({
      state,
      rule: state.startsWith("Wait") ? WAIT_RETRY : FUNCTION_RETRY,
    })),
    { state: "Run hook", rule: START_RETRY },
  ].map(({ state, rule }) => ({ state, rule, answers: usual, next: [], error: rule.errors[0] ?? "" }));

  it("retries in every state that calls something", () => {
    expect(statesWith(MACHINE, "Retry").toSorted()).toEqual(retries.map(({ state }) => state).toSorted());
    expect(statesWith(MACHINE, "Catch")).toEqual(["Wait until online", "Run hooks", "Run hook"]);
  });

  it.each(retries)("goes on in $state after what passes by itself", (retry) => expectGoesOn(MACHINE, input, retry));
  it.each(retries)("gives up in $state after ten retries", (retry) => expectGivesUp(MACHINE, input, retry));
});
