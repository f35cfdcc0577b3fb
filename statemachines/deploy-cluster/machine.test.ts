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
import {
  callsOf,
  gapsBetween,
  identityOf,
  lastInputOf,
  runMachine,
  START,
  type Answers,
} from "../testing/run-machine.ts";

const MACHINE = "deploy-cluster";
const input = { spec: { name: "demo" } };
const operation = { cluster: "demo", operationId: "demo.01JGGW0000", fence: 1 };
const tiers = [
  { name: "backend", count: 6 },
  { name: "client", count: 2 },
];
const verifies = [{ tier: "backend", hook: "verify" }];
const admits = (keepOnFailure: boolean, change: { verifies: typeof verifies } = { verifies }): Answer =>
  gives({ operation, tiers, leaves: [], keepOnFailure, ...change });

const usual: Answers = {
  Admit: admits(false),
  "Check limits": gives({ checked: 9, notGood: [] }),
  "Create credentials": gives({ created: 1 }),
  "Grow tier": [gives({ active: 6 }, 900), gives({ active: 2 }, 300)],
  "Run hook": gives({ outcome: "done" }, 4),
  "Check nodes": gives({ lost: 0 }),
  Finish: finishes,
  "Remove nodes": gives({ outcome: "gone" }, 120),
  "Record failure": finishes,
  "Record what is kept": finishes,
  "Record what is left": finishes,
};
const run = (answers: Answers = {}) => runMachine(MACHINE, { input, answers: { ...usual, ...answers } });

const before = ["Admit", "Check limits", "Create credentials"];
const growth = ["Grow tiers", "Grow tier", "Grow tier"];
const verified = ["Verify", "Run hook"];
const checked = ["Check nodes", "All still there?"];
const undone = ["Roll back", "Remove nodes", "Record failure", "Failed"];

/** A function's error, in Muster's three lines. */
const lines = (code: string) => `It was not done.\nThat is why (${code}).\nDo something else.`;
const nested = { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: identityOf(MACHINE).executionArn };

describe("deploy-cluster", () => {
  it("has no flaw", () => {
    expect(flawsOf(MACHINE)).toEqual([]);
  });

  it("checks everything, grows one tier after the other, and verifies and looks once more before it says that all is well", async () => {
    const story = await run();
    expect(story).toMatchObject({ status: "SUCCEEDED", output: { status: "succeeded", error: "", cause: "" } });
    expect(story.states).toEqual([...before, ...growth, ...verified, ...checked, "Finish"]);
    expect(gapsBetween(callsOf(story, "Grow tier"))).toEqual([900]);
  });

  it("hands on counts, never lists of nodes", async () => {
    const { visits } = await run();
    expect(visits.slice(3)).toMatchObject([
      { state: "Grow tiers" },
      { state: "Grow tier", input: { tier: "backend" } },
      { state: "Grow tier", input: { tier: "client" } },
      { state: "Verify", input: [{ active: 6 }, { active: 2 }] },
      { state: "Run hook", input: { tier: "backend", hook: "verify" } },
      { state: "Check nodes", input: [{ outcome: "done" }] },
      { state: "All still there?", input: { lost: 0 } },
      { state: "Finish", input: { lost: 0 } },
    ]);
  });

  it("tells its functions, grow-tier and run-hook what they need, and no more", async () => {
    const { calls } = await run();
    const { executionArn: arn, executionName: name } = identityOf(MACHINE);
    expect(calls.map((call) => [call.target, call.input])).toEqual([
      ["admit-operation", { kind: "deploy", execution: { arn, name }, input }],
      ["run-preflight", { operation }],
      ["create-credentials", { operation }],
      ["grow-tier", { operation, tier: "backend", ...nested }],
      ["grow-tier", { operation, tier: "client", ...nested }],
      ["run-hook", { operation, tier: "backend", hook: "verify", ...nested }],
      ["check-nodes", { operation }],
      ["finish-operation", { operation, outcome: "succeeded" }],
    ]);
  });

  it("grows the tiers again when nodes died after their tier was whole", async () => {
    const story = await run({ "Check nodes": [gives({ lost: 1 }), gives({ lost: 2 }), gives({ lost: 0 })] });
    const round = [...growth, ...verified, ...checked];
    expect(story.states).toEqual([...before, ...round, ...round, ...round, "Finish"]);
    expect(story.status).toBe("SUCCEEDED");
  });
});

describe("deploy-cluster, when it verifies the grown cluster", () => {
  const sick = failsInside("HookFailed", lines("HookFailed"));
  const error = { Error: "States.TaskFailed", Cause: storyOf("HookFailed", lines("HookFailed")) };
  const well = gives({ outcome: "done" });
  const round = [...growth, ...verified, ...checked];

  it("runs no hook where the last tier's own growth ended with it", async () => {
    const story = await run({ Admit: admits(false, { verifies: [] }) });
    expect(story.states).toEqual([...before, ...growth, "Verify", ...checked, "Finish"]);
    expect(story.status).toBe("SUCCEEDED");
  });

  it("runs one hook after the other where the product has several", async () => {
    const queue = { tier: "queue", hook: "status" };
    const story = await run({ Admit: admits(false, { verifies: [...verifies, queue] }) });
    expect(callsOf(story, "Run hook").map(({ input }) => input)).toMatchObject([...verifies, queue]);
    expect(gapsBetween(callsOf(story, "Run hook"))).toEqual([4]);
    expect(story.status).toBe("SUCCEEDED");
  });

  it("puts back what it launched when it is not well, and no node is lost that could be replaced", async () => {
    const story = await run({ "Run hook": sick });
    expect(story.states).toEqual([...before, ...round, ...undone]);
    expect(story).toMatchObject({ status: "FAILED", error: "HookFailed", cause: lines("HookFailed") });
    expect(lastInputOf(story, "Record failure")).toEqual({ operation, outcome: "failed", error });
  });

  it("replaces lost nodes when it is not well, and is ready when it is well then", async () => {
    const story = await run({ "Run hook": [sick, well], "Check nodes": [gives({ lost: 1 }), gives({ lost: 0 })] });
    expect(story.states).toEqual([...before, ...round, ...round, "Finish"]);
    expect(story).toMatchObject({ status: "SUCCEEDED", output: { status: "succeeded" } });
    expect(callsOf(story, "Run hook").map(({ input }) => input)).toMatchObject([...verifies, ...verifies]);
  });

  it("puts back what it launched when it is not well with the lost nodes replaced, either", async () => {
    const story = await run({ "Run hook": sick, "Check nodes": [gives({ lost: 1 }), gives({ lost: 0 })] });
    expect(story.states).toEqual([...before, ...round, ...round, ...undone]);
    expect(story).toMatchObject({ status: "FAILED", error: "HookFailed" });
  });

  it("leaves it to the look at the nodes when the one that was asked is lost", async () => {
    const story = await run({
      "Run hook": [gives({ outcome: "relaunch" }), well],
      "Check nodes": [gives({ lost: 1 }), gives({ lost: 0 })],
    });
    expect(story.states).toEqual([...before, ...round, ...round, "Finish"]);
    expect(story.status).toBe("SUCCEEDED");
  });

  it.each(["OperationCancelled", "LeaseLost"])("puts back what it launched when that ends with %s", async (code) => {
    const story = await run({
      "Run hook": failsInside(code, lines(code)),
      "Check nodes": fails(code, lines(code)),
    });
    expect(story.states).toEqual([...before, ...growth, ...verified, "Check nodes", ...undone]);
    expect(story).toMatchObject({ status: "FAILED", error: code, cause: lines(code) });
  });

  it("keeps it for a look at it when it is not well, and the spec says so", async () => {
    const story = await run({ Admit: admits(true), "Run hook": sick });
    expect(story.states.slice(-3)).toEqual(["Roll back", "Record what is kept", "Failed"]);
    expect(lastInputOf(story, "Record what is kept")).toEqual({ operation, outcome: "failed", error, kept: true });
  });
});

describe("deploy-cluster, when its request is refused", () => {
  const refused = async (answer: Answer) => {
    const story = await run({ Admit: answer });
    expect(story.status).toBe("FAILED");
    expect(story.states).toEqual(["Admit", "Refused"]);
    return story;
  };

  it("shows the function's own words, not Lambda's payload around them", async () => {
    expect(await refused(fails("SpecInvalid", lines("SpecInvalid")))).toMatchObject({
      error: "SpecInvalid",
      cause: lines("SpecInvalid"),
    });
  });

  it.each([
    ["Lambda.ResourceNotFoundException", "Function not found: admit-operation (Service: AWSLambda; Status Code: 404)"],
    [
      // What a function leaves that ran out of time and gave its error no type.
      "Lambda.Unknown",
      'The cause could not be determined because Lambda did not return an error type. Returned payload: {"errorMessage":"2026-11-20T08:00:00.000Z 4b6c Task timed out after 60.00 seconds"}',
    ],
    // A cause that Step Functions cut off: 32,768 characters at most.
    ["SpecInvalid", '{"errorType":"SpecInvalid","errorMessage":"tiers.backend.count: 5 is'],
    ["States.QueryEvaluationError", "The JSONata expression '$none' returned nothing (undefined)."],
    ["SomeError", '{"message":"not as Lambda writes it"}'],
    ["SomeError", ""],
  ])("shows the cause of %s as it is: %s", async (error, cause) => {
    expect(await refused(failsWith(error, cause))).toMatchObject({ error, cause });
  });

  it("shows how its own definition is at fault when an answer is not what it needs", async () => {
    const story = await refused(gives({ operation }));
    expect(story.error).toBe("States.QueryEvaluationError");
    expect(story.cause).toContain("Assign/tiers");
  });
});

describe("deploy-cluster, when something fails later", () => {
  const failures: {
    what: string;
    answers: Answers;
    code: string;
    states: readonly string[];
    error: { Error: string; Cause: string };
  }[] = [
    {
      what: "a limit is in the way: nothing was launched, and nothing has to go",
      answers: { "Check limits": fails("PreflightFailed", lines("PreflightFailed")) },
      code: "PreflightFailed",
      states: ["Admit", "Check limits", "Record failure", "Failed"],
      error: { Error: "PreflightFailed", Cause: raised("PreflightFailed", lines("PreflightFailed")) },
    },
    {
      what: "a secret cannot be made",
      answers: { "Create credentials": fails("AwsAccessDenied", lines("AwsAccessDenied")) },
      code: "AwsAccessDenied",
      states: [...before, ...undone],
      error: { Error: "AwsAccessDenied", Cause: raised("AwsAccessDenied", lines("AwsAccessDenied")) },
    },
    {
      what: "the first tier does not grow: the second is not begun",
      answers: { "Grow tier": failsInside("CapacityUnavailable", lines("CapacityUnavailable")) },
      code: "CapacityUnavailable",
      states: [...before, "Grow tiers", "Grow tier", ...undone],
      error: { Error: "States.TaskFailed", Cause: storyOf("CapacityUnavailable", lines("CapacityUnavailable")) },
    },
    {
      what: "it is cancelled while a hook of the second tier runs",
      answers: {
        "Grow tier": [
          gives({ active: 6 }),
          failsInside("States.TaskFailed", storyOf("OperationCancelled", lines("OperationCancelled"))),
        ],
      },
      code: "OperationCancelled",
      states: [...before, ...growth, ...undone],
      error: {
        Error: "States.TaskFailed",
        Cause: storyOf("States.TaskFailed", storyOf("OperationCancelled", lines("OperationCancelled"))),
      },
    },
    {
      what: "the last look fails",
      answers: { "Check nodes": fails("LeaseLost", lines("LeaseLost")) },
      code: "LeaseLost",
      states: [...before, ...growth, ...verified, "Check nodes", ...undone],
      error: { Error: "LeaseLost", Cause: raised("LeaseLost", lines("LeaseLost")) },
    },
  ];

  it.each(failures)(
    "puts back what it launched, and says why, when $what",
    async ({ answers, code, states, error }) => {
      const story = await run(answers);
      expect(story.states).toEqual(states);
      expect(story).toMatchObject({ status: "FAILED", error: code, cause: lines(code) });
      expect(lastInputOf(story, "Record failure")).toEqual({ operation, outcome: "failed", error });
    },
  );

  const launchFailed = { "Grow tier": failsInside("HookFailed", lines("HookFailed")) };
  const error = { Error: "States.TaskFailed", Cause: storyOf("HookFailed", lines("HookFailed")) };

  it("removes what this operation launched, and nothing else", async () => {
    const story = await run(launchFailed);
    expect(callsOf(story, "Remove nodes")).toMatchObject([{ target: "remove-nodes" }]);
    expect(lastInputOf(story, "Remove nodes")).toEqual({ operation, scope: "operation", ...nested });
  });

  it("keeps what it launched when the spec says so", async () => {
    const story = await run({ ...launchFailed, Admit: admits(true) });
    expect(story.states.slice(-3)).toEqual(["Roll back", "Record what is kept", "Failed"]);
    expect(lastInputOf(story, "Record what is kept")).toEqual({ operation, outcome: "failed", error, kept: true });
    expect(story).toMatchObject({ status: "FAILED", error: "HookFailed", cause: lines("HookFailed") });
  });

  it("says what is left when putting back fails too", async () => {
    const story = await run({
      ...launchFailed,
      "Remove nodes": failsInside("RemovalIncomplete", lines("RemovalIncomplete")),
    });
    expect(story.states.slice(-4)).toEqual(["Roll back", "Remove nodes", "Record what is left", "Failed"]);
    const undoError = { Error: "States.TaskFailed", Cause: storyOf("RemovalIncomplete", lines("RemovalIncomplete")) };
    expect(lastInputOf(story, "Record what is left")).toEqual({ operation, outcome: "failed", error, undoError });
    expect(story).toMatchObject({ status: "FAILED", error: "HookFailed", cause: lines("HookFailed") });
  });

  it.each([
    { state: "Finish", answers: {} },
    { state: "Record failure", answers: launchFailed },
  ])("fails as finish-operation does when that fails, in $state", async ({ state, answers }) => {
    const story = await run({ ...answers, [state]: fails("LeaseLost", lines("LeaseLost")) });
    expect(story.states.at(-1)).toBe(state);
    expect(story).toMatchObject({ status: "FAILED", error: "LeaseLost" });
  });

  it.each([
    { state: "Grow tier", answers: {} },
    { state: "Run hook", answers: {} },
    { state: "Remove nodes", answers: launchFailed },
  ])("ends after two days at the latest, and stops its $state", async ({ state, answers }) => {
    const story = await run({ ...answers, [state]: runsForEver });
    expect(story).toMatchObject({ status: "TIMED_OUT", seconds: 172_800, abandoned: [state] });
    expect(story.states.at(-1)).toBe(state);
  });
});

describe("the executions that deploy-cluster starts", () => {
  const at = (seconds: number) => Math.round(START + 1000 * seconds).toString(36);
  const launchFailed = { "Grow tier": failsInside("HookFailed", lines("HookFailed")) };

  it("are named after the operation, what they are for, and when the state was entered", async () => {
    const calls = callsOf(await run(), "Grow tier");
    expect(calls.map((call) => call.name)).toEqual([
      `demo.01JGGW0000-backend-${at(calls[0]?.at ?? 0)}`,
      `demo.01JGGW0000-client-${at(calls[1]?.at ?? 0)}`,
    ]);
    const [verification] = callsOf(await run(), "Run hook");
    expect(verification?.name).toBe(`demo.01JGGW0000-backend-verify-${at(verification?.at ?? 0)}`);
    const [undo] = callsOf(await run(launchFailed), "Remove nodes");
    expect(undo?.name).toBe(`demo.01JGGW0000-undo-${at(undo?.at ?? 0)}`);
  });

  const starts = [
    { state: "Grow tier", answers: {}, answer: gives({ active: 6 }) },
    { state: "Run hook", answers: {}, answer: gives({ outcome: "done" }) },
    { state: "Remove nodes", answers: launchFailed, answer: gives({ outcome: "gone" }) },
  ];
  const lost = fails("StepFunctions.SdkClientException");
  const ended = fails("StepFunctions.ExecutionAlreadyExistsException", "Execution Already Exists: 'arn'");

  it.each(starts)("keep their name while the start of $state is tried again", async ({ state, answers, answer }) => {
    const [first, second, third] = callsOf(await run({ ...answers, [state]: [lost, lost, answer] }), state);
    expect([second?.name, third?.name]).toEqual([first?.name, first?.name]);
  });

  it.each(starts)(
    "get another name, and the same input, when the $state of that name has ended",
    async ({ state, answers, answer }) => {
      const story = await run({ ...answers, [state]: [lost, ended, answer] });
      const [first, second, third] = callsOf(story, state);
      expect(second?.name).toBe(first?.name);
      expect(third?.name).not.toBe(first?.name);
      expect(third?.input).toEqual(first?.input);
      const { states, status } = await run(answers);
      expect(story.states).toEqual(states.toSpliced(states.indexOf(state), 0, state));
      expect(story.status).toBe(status);
      const [entered, again] = story.visits.filter((visit) => visit.state === state);
      expect(again).toEqual(entered);
    },
  );

  it("have names that Step Functions takes, however long the operation's id is", async () => {
    const operationId = `${"c".repeat(32)}.01JGGW00000000000000000000`;
    const admit = gives({
      operation: { ...operation, operationId },
      tiers: [{ name: "database", count: 3 }],
      leaves: [],
      verifies: [{ tier: "database", hook: "verify" }],
      keepOnFailure: false,
    });
    const [verification] = callsOf(await run({ Admit: admit }), "Run hook");
    expect(verification?.name).toHaveLength(40 + 1 + 8 + 1 + 6 + 1 + 8);
    const story = await run({ ...launchFailed, Admit: admit });
    const names = [...callsOf(story, "Grow tier"), ...callsOf(story, "Remove nodes")].map((call) => call.name ?? "");
    expect(names.map((name) => name.length)).toEqual([50 + 1 + 8 + 1 + 8, 50 + 1 + 4 + 1 + 8]);
    for (const name of names) expect(name).toContain(".01JGGW00000000000000000000-");
  });
});

describe("deploy-cluster, when something passes by itself", () => {
  const launchFailed = { ...usual, "Create credentials": fails("AwsAccessDenied", lines("AwsAccessDenied")) };
  const undoFailed = { ...launchFailed, "Remove nodes": fails("RemovalIncomplete", lines("RemovalIncomplete")) };
  const calls = (state: string, next: readonly string[], more: Partial<RetryCase> = {}): RetryCase => ({
    state,
    rule: FUNCTION_RETRY,
    answers: usual,
    next,
    error: "AwsUnavailable",
    ...more,
  });
  const [startError = ""] = START_RETRY.errors;
  const retries: RetryCase[] = [
    calls("Admit", ["Refused"]),
    calls("Check limits", ["Record failure", "Failed"]),
    calls("Create credentials", undone),
    calls("Grow tier", undone, { rule: START_RETRY, error: startError }),
    calls("Run hook", [...checked, ...undone], { rule: START_RETRY, error: startError }),
    calls("Check nodes", undone),
    calls("Finish", []),
    calls("Remove nodes", ["Record what is left", "Failed"], {
      rule: START_RETRY,
      answers: launchFailed,
      error: "AwsAccessDenied",
    }),
    calls("Record failure", [], { answers: launchFailed }),
    calls("Record what is kept", [], { answers: { ...launchFailed, Admit: admits(true) } }),
    calls("Record what is left", [], { answers: undoFailed }),
  ];

  it("retries in every state that calls something, and catches in each that has something to undo", () => {
    expect(statesWith(MACHINE, "Retry")).toEqual(retries.map(({ state }) => state));
    expect(statesWith(MACHINE, "Catch")).toEqual([
      ...before,
      "Grow tiers",
      "Grow tier",
      ...verified,
      "Check nodes",
      "Remove nodes",
    ]);
  });

  it.each(retries)("goes on in $state", (retry) => expectGoesOn(MACHINE, input, retry));
  it.each(retries)("gives up in $state after ten retries", (retry) => expectGivesUp(MACHINE, input, retry));
});
