import { describe, expect, it } from "vitest";
import { beats, fails, failsWait, gives, raised, staysSilent } from "../testing/answers.ts";
import { flawsOf } from "../testing/flaws.ts";
import {
  expectGivesUp,
  expectGoesOn,
  FUNCTION_RETRY,
  statesWith,
  WAIT_RETRY,
  type RetryCase,
} from "../testing/retries.ts";
import { callsOf, gapsBetween, runMachine, type Answers } from "../testing/run-machine.ts";

const MACHINE = "remove-nodes";
const operation = { cluster: "demo", operationId: "demo.01JGGW0000", fence: 3 };
const input = { operation, scope: "operation", AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: "arn" };

const usual: Answers = {
  "Terminate nodes": gives({ terminated: 8, hasMore: false }),
  "Wait until gone": gives({ outcome: "gone" }, 14),
};
const run = (answers: Answers = {}, more: { stopAfter?: number } = {}) =>
  runMachine(MACHINE, { input, answers: { ...usual, ...answers }, ...more });

describe("remove-nodes", () => {
  it("has no flaw", () => {
    expect(flawsOf(MACHINE)).toEqual([]);
  });

  it("terminates, and waits until nothing is left", async () => {
    const story = await run();
    expect(story).toMatchObject({ status: "SUCCEEDED", output: { outcome: "gone" } });
    expect(story.visits).toEqual([
      { state: "Terminate nodes", input },
      { state: "More to terminate?", input: { terminated: 8, hasMore: false } },
      { state: "Wait until gone", input: { terminated: 8, hasMore: false } },
      { state: "Gone?", input: { outcome: "gone" } },
      { state: "Done", input: { outcome: "gone" } },
    ]);
  });

  it.each(["operation", "cluster"])("tells its functions that it is about the %s", async (scope) => {
    const story = await runMachine(MACHINE, { input: { operation, scope }, answers: usual });
    expect(story.calls.map((call) => [call.target, call.input])).toEqual([
      ["terminate-nodes", { operation, scope }],
      ["watch-progress", { token: expect.any(String), operation, kind: "nodes-gone", scope }],
    ]);
    const [, waiting] = story.calls;
    expect(waiting?.input).toMatchObject({ token: waiting?.taskToken });
    expect(waiting).toMatchObject({ heartbeatSeconds: 15, timeoutSeconds: 86_400 });
  });

  it("terminates in rounds, ten seconds apart, while there are more", async () => {
    const more = gives({ terminated: 1000, hasMore: true });
    const story = await run({ "Terminate nodes": [more, more, gives({ terminated: 3, hasMore: false })] });
    const round = ["Terminate nodes", "More to terminate?", "Catch breath"];
    expect(story.states).toEqual([
      ...round,
      ...round,
      "Terminate nodes",
      "More to terminate?",
      "Wait until gone",
      "Gone?",
      "Done",
    ]);
    expect(gapsBetween(callsOf(story, "Terminate nodes"))).toEqual([10.1, 10.1]);
  });

  it("terminates again when something that it did not see before is there", async () => {
    const story = await run({ "Wait until gone": [gives({ outcome: "again" }), gives({ outcome: "gone" })] });
    const round = ["Terminate nodes", "More to terminate?", "Wait until gone", "Gone?"];
    expect(story.states).toEqual([...round, "Catch breath", ...round, "Done"]);
    expect(story.status).toBe("SUCCEEDED");
  });
});

describe("remove-nodes, when no event comes", () => {
  const times = (count: number) => Array.from({ length: count }, () => staysSilent);

  it("looks by itself: after 15 seconds, and then less and less often, down to every minute", async () => {
    const story = await run({ "Wait until gone": [...times(8), gives({ outcome: "gone" })] });
    const looks = callsOf(story, "Wait until gone");
    const seconds = [15, 20, 26, 34, 45, 59, 60, 60];
    expect(looks.map((call) => call.heartbeatSeconds)).toEqual([...seconds, 60]);
    expect(gapsBetween(looks)).toEqual(seconds);
    expect(new Set(looks.map((call) => call.taskToken)).size).toBe(9);
    expect(story).toMatchObject({ status: "SUCCEEDED", output: { outcome: "gone" } });
  });

  it("looks often again once it has terminated again", async () => {
    const story = await run({
      "Wait until gone": [...times(2), gives({ outcome: "again" }), gives({ outcome: "gone" })],
    });
    expect(callsOf(story, "Wait until gone").map((call) => call.heartbeatSeconds)).toEqual([15, 20, 26, 15]);
  });

  it("looks at least once a day, even if something keeps the heart beating", async () => {
    const story = await run({ "Wait until gone": [beats(10), gives({ outcome: "gone" })] });
    expect(gapsBetween(callsOf(story, "Wait until gone"))).toEqual([86_400]);
    expect(story.status).toBe("SUCCEEDED");
  });

  it("can do so for two days, as long as an operation may take, without filling its history", async () => {
    const story = await run({ "Wait until gone": staysSilent }, { stopAfter: 172_800 });
    expect(story.status).toBe("ABORTED");
    // AWS keeps 25,000.
    expect(story.historyEvents).toBeLessThan(17_500);
  });
});

describe("remove-nodes, when something fails", () => {
  const cause =
    "Cluster demo is not all gone after 60 minutes.\nThere are still 2 volumes (RemovalIncomplete).\nSee them.";

  it("ends as the answer of the wait says it, which nothing retries", async () => {
    const story = await run({ "Wait until gone": failsWait("RemovalIncomplete", cause) });
    expect(story).toMatchObject({ status: "FAILED", error: "RemovalIncomplete", cause });
    expect(callsOf(story, "Wait until gone")).toHaveLength(1);
  });

  it.each(["Terminate nodes", "Wait until gone"])("ends when the function of %j refuses", async (state) => {
    const story = await run({ [state]: fails("LeaseLost", cause) });
    expect(story).toMatchObject({ status: "FAILED", error: "LeaseLost", cause: raised("LeaseLost", cause) });
    expect(callsOf(story, state)).toHaveLength(1);
  });

  const retries: RetryCase[] = ["Terminate nodes", "Wait until gone"].map((state) => ({
    state,
    rule: state.startsWith("Wait") ? WAIT_RETRY : FUNCTION_RETRY,
    answers: usual,
    next: [],
    error: "AwsUnavailable",
  }));

  it("retries in every state that calls something", () => {
    expect(statesWith(MACHINE, "Retry")).toEqual(retries.map(({ state }) => state));
    expect(statesWith(MACHINE, "Catch")).toEqual(["Wait until gone"]);
  });

  it.each(retries)("goes on in $state after what passes by itself", (retry) => expectGoesOn(MACHINE, input, retry));
  it.each(retries)("gives up in $state after ten retries", (retry) => expectGivesUp(MACHINE, input, retry));
});
