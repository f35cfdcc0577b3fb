import { describe, expect, it } from "vitest";
import { fails, failsWait, gives, beats, neverReturns, staysSilent, raised } from "../testing/answers.ts";
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

const MACHINE = "run-hook";
const operation = { cluster: "demo", operationId: "demo.01JGGW0000", fence: 3 };
const input = { operation, tier: "backend", hook: "form", AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: "arn" };

const usual: Answers = {
  "Send hook": gives({ outcome: "sent" }),
  "Wait for hook": gives({ outcome: "done" }, 40),
};
const run = (answers: Answers = {}, more: { stopAfter?: number } = {}) =>
  runMachine(MACHINE, { input, answers: { ...usual, ...answers }, ...more });

describe("run-hook", () => {
  it("has no flaw", () => {
    expect(flawsOf(MACHINE)).toEqual([]);
  });

  it("sends the hook, waits until it is done, and answers how it ended", async () => {
    const story = await run();
    expect(story).toMatchObject({ status: "SUCCEEDED", output: { outcome: "done" } });
    expect(story.visits).toEqual([
      { state: "Send hook", input },
      { state: "Anything sent?", input: { outcome: "sent" } },
      { state: "Wait for hook", input: { outcome: "sent" } },
      { state: "Again?", input: { outcome: "done" } },
      { state: "Done", input: { outcome: "done" } },
    ]);
  });

  it("tells its functions what they need, and no more", async () => {
    const story = await run();
    expect(story.calls.map((call) => [call.target, call.input])).toEqual([
      ["send-hook", input],
      ["watch-progress", { token: expect.any(String), operation, kind: "hook", tier: "backend", hook: "form" }],
    ]);
    const [, waiting] = story.calls;
    expect(waiting?.input).toMatchObject({ token: waiting?.taskToken });
    expect(waiting).toMatchObject({ heartbeatSeconds: 60, timeoutSeconds: 86_400 });
  });

  it("waits for nothing when no node needs the hook", async () => {
    const story = await run({ "Send hook": gives({ outcome: "done" }) });
    expect(story.states).toEqual(["Send hook", "Anything sent?", "Done"]);
    expect(story).toMatchObject({ status: "SUCCEEDED", output: { outcome: "done" } });
  });

  it("sends it again to the nodes that still need it, as often as it is told", async () => {
    const again = gives({ outcome: "again" });
    const story = await run({ "Wait for hook": [again, again, gives({ outcome: "done" })] });
    const round = ["Send hook", "Anything sent?", "Wait for hook", "Again?"];
    expect(story.states).toEqual([...round, ...round, ...round, "Done"]);
  });

  it("leaves lost nodes to the machine that started it", async () => {
    const story = await run({ "Wait for hook": gives({ outcome: "relaunch" }) });
    expect(story.states.slice(-2)).toEqual(["Again?", "Done"]);
    expect(story).toMatchObject({ status: "SUCCEEDED", output: { outcome: "relaunch" } });
  });
});

describe("run-hook, when no event comes", () => {
  const times = (count: number) => Array.from({ length: count }, () => staysSilent);

  it("looks by itself: after a minute, and then less and less often, down to every three minutes", async () => {
    const story = await run({ "Wait for hook": [...times(6), gives({ outcome: "done" })] });
    const looks = callsOf(story, "Wait for hook");
    expect(looks.map((call) => call.heartbeatSeconds)).toEqual([60, 90, 135, 180, 180, 180, 180]);
    expect(gapsBetween(looks)).toEqual([60, 90, 135, 180, 180, 180]);
    expect(new Set(looks.map((call) => call.taskToken)).size).toBe(7);
    expect(story).toMatchObject({ status: "SUCCEEDED", output: { outcome: "done" } });
  });

  it("looks often again once the hook has been sent again", async () => {
    const story = await run({
      "Wait for hook": [...times(2), gives({ outcome: "again" }), staysSilent, gives({ outcome: "done" })],
    });
    const looks = callsOf(story, "Wait for hook");
    expect(looks.map((call) => call.heartbeatSeconds)).toEqual([60, 90, 135, 60, 90]);
  });

  it("looks at least once a day, even if something keeps the heart beating", async () => {
    const story = await run({ "Wait for hook": [beats(30), gives({ outcome: "done" })] });
    const looks = callsOf(story, "Wait for hook");
    expect(looks.map((call) => Math.round(call.at))).toEqual([0, 86_400]);
    expect(story.status).toBe("SUCCEEDED");
  });

  it("can do so for two days, as long as an operation may take, without filling its history", async () => {
    const story = await run({ "Wait for hook": staysSilent }, { stopAfter: 172_800 });
    expect(story.status).toBe("ABORTED");
    // AWS keeps 25,000.
    expect(story.historyEvents).toBeLessThan(6_000);
  });
});

describe("run-hook, when something fails", () => {
  const cause = "Operation demo.01JGGW0000 was cancelled.\nSomeone asked for it (OperationCancelled).\nNothing to do.";

  it.each(["OperationCancelled", "HookFailed", "LeaseLost"])(
    "ends with %s as the answer of the wait says it, which nothing retries",
    async (error) => {
      const story = await run({ "Wait for hook": failsWait(error, cause, 20) });
      expect(story).toMatchObject({ status: "FAILED", error, cause });
      expect(story.states.at(-1)).toBe("Wait for hook");
      expect(callsOf(story, "Wait for hook")).toHaveLength(1);
    },
  );

  it.each(["Send hook", "Wait for hook"])("ends when the function of %j refuses", async (state) => {
    const story = await run({ [state]: fails("OperationCancelled", cause) });
    expect(story).toMatchObject({ status: "FAILED", error: "OperationCancelled" });
    expect(story.cause).toBe(raised("OperationCancelled", cause));
    expect(callsOf(story, state)).toHaveLength(1);
  });

  it("asks a function again whose answer never comes", async () => {
    const story = await run({ "Send hook": [neverReturns, gives({ outcome: "done" })] });
    const [waited = 0] = gapsBetween(callsOf(story, "Send hook"));
    expect(story.status).toBe("SUCCEEDED");
    // Lambda ends any function after 900 s; then comes the pause of a retry.
    expect(waited).toBeGreaterThanOrEqual(960);
    expect(waited).toBeLessThanOrEqual(962);
  });

  const retries: RetryCase[] = ["Send hook", "Wait for hook"].map((state) => ({
    state,
    rule: state.startsWith("Wait") ? WAIT_RETRY : FUNCTION_RETRY,
    answers: usual,
    next: [],
    error: "AwsUnavailable",
  }));

  it("retries in every state that calls something", () => {
    expect(statesWith(MACHINE, "Retry")).toEqual(retries.map(({ state }) => state));
    expect(statesWith(MACHINE, "Catch")).toEqual(["Wait for hook"]);
  });

  it.each(retries)("goes on in $state after what passes by itself", (retry) => expectGoesOn(MACHINE, input, retry));
  it.each(retries)("gives up in $state after ten retries", (retry) => expectGivesUp(MACHINE, input, retry));
});
