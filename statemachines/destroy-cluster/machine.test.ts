import { describe, expect, it } from "vitest";
import {
  fails,
  failsInside,
  failsWith,
  finishes,
  gives,
  raised,
  runsForEver,
  storyOf,
  type Answer,
} from "../testing/answers.ts";
import { flawsOf } from "../testing/flaws.ts";
import {
  expectGivesUp,
  expectGoesOn,
  FUNCTION_RETRY,
  START_RETRY,
  statesWith,
  type RetryCase,
} from "../testing/retries.ts";
import { callsOf, gapsBetween, identityOf, runMachine, START, type Answers } from "../testing/run-machine.ts";

const MACHINE = "destroy-cluster";
const input = { cluster: "demo", confirm: "demo" };
const operation = { cluster: "demo", operationId: "demo.01JGGW0000", fence: 4 };
const leaves = [
  { tier: "client", hook: "unmount" },
  { tier: "backend", hook: "leave" },
];

const usual: Answers = {
  Admit: gives({ operation, tiers: [], leaves: leaves.map((leave) => ({ ...leave, more: 1 })), keepOnFailure: false }),
  "Run hook": gives({ outcome: "done" }, 60),
  "Remove nodes": gives({ outcome: "gone" }, 120),
  Finish: finishes,
  "Record failure": finishes,
};
const run = (answers: Answers = {}) => runMachine(MACHINE, { input, answers: { ...usual, ...answers } });

const leaving = ["Leave in order", "Run hook", "Go on", "Run hook", "Go on"];
const lines = (code: string) => `It was not done.\nThat is why (${code}).\nDo something else.`;
const nested = { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: identityOf(MACHINE).executionArn };

describe("destroy-cluster", () => {
  it("has no flaw", () => {
    expect(flawsOf(MACHINE)).toEqual([]);
  });

  it("lets members leave, one tier after the other, then removes all nodes", async () => {
    const story = await run();
    expect(story).toMatchObject({ status: "SUCCEEDED", output: { status: "succeeded", error: "", cause: "" } });
    expect(story.states).toEqual(["Admit", ...leaving, "Remove nodes", "Finish"]);
    expect(gapsBetween(callsOf(story, "Run hook"))).toEqual([60]);
    expect(story.visits.filter(({ state }) => state === "Run hook")).toEqual(
      leaves.map((item) => ({ state: "Run hook", input: item })),
    );
  });

  it("tells its functions, and other machines, what they need, and no more", async () => {
    const { calls } = await run();
    const { executionArn: arn, executionName: name } = identityOf(MACHINE);
    expect(calls.map((call) => [call.target, call.input])).toEqual([
      ["admit-operation", { kind: "destroy", execution: { arn, name }, input }],
      ["run-hook", { operation, tier: "client", hook: "unmount", ...nested }],
      ["run-hook", { operation, tier: "backend", hook: "leave", ...nested }],
      ["remove-nodes", { operation, scope: "cluster", ...nested }],
      ["finish-operation", { operation, outcome: "succeeded" }],
    ]);
  });

  it("goes straight to the nodes when nobody has to leave", async () => {
    const story = await run({ Admit: gives({ operation, leaves: [] }) });
    expect(story.states).toEqual(["Admit", "Leave in order", "Remove nodes", "Finish"]);
  });

  it.each([
    ["does not work", failsInside("HookFailed", lines("HookFailed"))],
    ["cannot be started", fails("StepFunctions.StateMachineDoesNotExistException")],
  ])("ends what will not leave all the same: a hook that %s", async (_how, answer) => {
    const story = await run({ "Run hook": answer });
    expect(story.states).toEqual(["Admit", ...leaving, "Remove nodes", "Finish"]);
    expect(story.status).toBe("SUCCEEDED");
  });
});

describe("destroy-cluster, when its request is refused", () => {
  const refused = async (answer: Answer) => {
    const story = await run({ Admit: answer });
    expect(story.status).toBe("FAILED");
    expect(story.states).toEqual(["Admit", "Refused"]);
    return story;
  };

  it("shows the function's own words, not Lambda's payload around them", async () => {
    expect(await refused(fails("ConfirmationMissing", lines("ConfirmationMissing")))).toMatchObject({
      error: "ConfirmationMissing",
      cause: lines("ConfirmationMissing"),
    });
  });

  it.each([
    // What a function leaves that ran out of time and gave its error no type.
    [
      "Lambda.Unknown",
      'The cause could not be determined because Lambda did not return an error type. Returned payload: {"errorMessage":"2026-11-20T08:00:00.000Z 4b6c Task timed out after 60.00 seconds"}',
    ],
    // A cause that Step Functions cut off: 32,768 characters at most.
    ["InputInvalid", '{"errorType":"InputInvalid","errorMessage":"cluster: Invalid input'],
    ["SomeError", '{"message":"not as Lambda writes it"}'],
    ["SomeError", ""],
  ])("shows the cause of %s as it is: %s", async (error, cause) => {
    expect(await refused(failsWith(error, cause))).toMatchObject({ error, cause });
  });
});

describe("destroy-cluster, when something fails later", () => {
  it("says what is left when nodes do not go", async () => {
    const story = await run({
      "Remove nodes": failsInside("RemovalIncomplete", lines("RemovalIncomplete")),
    });
    expect(story.states).toEqual(["Admit", ...leaving, "Remove nodes", "Record failure", "Failed"]);
    const error = { Error: "States.TaskFailed", Cause: storyOf("RemovalIncomplete", lines("RemovalIncomplete")) };
    expect(callsOf(story, "Record failure").map((call) => [call.target, call.input])).toEqual([
      ["finish-operation", { operation, outcome: "failed", error }],
    ]);
    expect(story).toMatchObject({
      status: "FAILED",
      error: "RemovalIncomplete",
      cause: lines("RemovalIncomplete"),
    });
  });

  it.each([
    { state: "Finish", answers: {} },
    { state: "Record failure", answers: { "Remove nodes": failsInside("RemovalIncomplete", "") } },
  ])("fails as finish-operation does when that fails, in $state", async ({ state, answers }) => {
    const story = await run({ ...answers, [state]: fails("LeaseLost", lines("LeaseLost")) });
    expect(story.states.at(-1)).toBe(state);
    expect(story).toMatchObject({ error: "LeaseLost", cause: raised("LeaseLost", lines("LeaseLost")) });
  });

  it.each(["Run hook", "Remove nodes"])("ends after two days at the latest, and stops its %s", async (state) => {
    const story = await run({ [state]: runsForEver });
    expect(story).toMatchObject({ status: "TIMED_OUT", seconds: 172_800, abandoned: [state] });
    expect(story.states.at(-1)).toBe(state);
  });
});

describe("the executions that destroy-cluster starts", () => {
  const at = (seconds: number) => Math.round(START + 1000 * seconds).toString(36);

  it("are named after the operation, what they are for, and when the state was entered", async () => {
    const story = await run();
    const [client, backend] = callsOf(story, "Run hook");
    const [removal] = callsOf(story, "Remove nodes");
    expect([client?.name, backend?.name, removal?.name]).toEqual([
      `demo.01JGGW0000-client-unmount-${at(client?.at ?? 0)}`,
      `demo.01JGGW0000-backend-leave-${at(backend?.at ?? 0)}`,
      `demo.01JGGW0000-remove-${at(removal?.at ?? 0)}`,
    ]);
  });

  const starts = ["Run hook", "Remove nodes"];
  const answer = gives({ outcome: "done" });
  const lost = fails("StepFunctions.SdkClientException");
  const ended = fails("StepFunctions.ExecutionAlreadyExistsException", "Execution Already Exists: 'arn'");

  it.each(starts)("keep their name while the start of %s is tried again", async (state) => {
    const [first, second, third] = callsOf(await run({ [state]: [lost, lost, answer] }), state);
    expect([second?.name, third?.name]).toEqual([first?.name, first?.name]);
  });

  it.each(starts)("get another name, and the same input, when the %s of that name has ended", async (state) => {
    const story = await run({ [state]: [lost, ended, answer] });
    const [first, second, third] = callsOf(story, state);
    expect(second?.name).toBe(first?.name);
    expect(third?.name).not.toBe(first?.name);
    expect(third?.input).toEqual(first?.input);
    const { states } = await run();
    expect(story.states).toEqual(states.toSpliced(states.indexOf(state), 0, state));
    const [entered, again] = story.visits.filter((visit) => visit.state === state);
    expect(again).toEqual(entered);
    expect(story.status).toBe("SUCCEEDED");
  });

  it("have names that Step Functions takes, however long the operation's id is", async () => {
    const operationId = `${"c".repeat(45)}.01JGGW00000000000000000000`;
    const admit = gives({
      operation: { ...operation, operationId },
      leaves: [{ tier: "database", hook: "unregister" }],
    });
    const story = await run({ Admit: admit });
    const names = [...callsOf(story, "Run hook"), ...callsOf(story, "Remove nodes")].map((call) => call.name ?? "");
    expect(names.map((name) => name.length)).toEqual([40 + 1 + 8 + 1 + 10 + 1 + 8, 50 + 1 + 6 + 1 + 8]);
    for (const name of names) expect(name).toContain(".01JGGW00000000000000000000-");
  });
});

describe("destroy-cluster, when something passes by itself", () => {
  const removalFails = { ...usual, "Remove nodes": failsInside("RemovalIncomplete", lines("RemovalIncomplete")) };
  const [startError = ""] = START_RETRY.errors;
  const calls = (state: string, next: readonly string[], more: Partial<RetryCase> = {}): RetryCase => ({
    state,
    rule: FUNCTION_RETRY,
    answers: usual,
    next,
    error: "AwsUnavailable",
    ...more,
  });
  // One tier: each tier has its ten retries.
  const oneLeaves = { ...usual, Admit: gives({ operation, leaves: leaves.slice(0, 1) }) };
  const retries: RetryCase[] = [
    calls("Admit", ["Refused"]),
    { state: "Run hook", rule: START_RETRY, answers: oneLeaves, next: ["Go on", "Remove nodes", "Finish"] },
    calls("Remove nodes", ["Record failure", "Failed"], { rule: START_RETRY, error: startError }),
    calls("Finish", []),
    calls("Record failure", [], { answers: removalFails }),
  ];

  it("retries in every state that calls something, and catches in each that has something to go on with", () => {
    expect(statesWith(MACHINE, "Retry")).toEqual(retries.map(({ state }) => state));
    expect(statesWith(MACHINE, "Catch")).toEqual(["Admit", "Run hook", "Remove nodes"]);
  });

  it.each(retries)("goes on in $state", (retry) => expectGoesOn(MACHINE, input, retry));
  it.each(retries)("gives up in $state after ten retries", (retry) => expectGivesUp(MACHINE, input, retry));
});
