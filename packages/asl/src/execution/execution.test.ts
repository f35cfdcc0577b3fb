import { describe, expect, it } from "vitest";
import { compileMachine } from "../definition/compile-machine.ts";
import type { JsonObject } from "../json.ts";
import { failing, inOrder, Lab, resultOf, START, types } from "../testing/lab.ts";
import { startExecution } from "./execution.ts";

const invoke = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Arguments: { FunctionName: "f" } };
const forever = {
  StartAt: "A",
  States: {
    A: { Type: "Pass", Next: "B" },
    B: { Type: "Choice", Choices: [{ Condition: "{% true %}", Next: "A" }], Default: "End" },
    End: { Type: "Succeed" },
  },
};

describe("an execution", () => {
  it("tells its states, inputs, outputs and variables in AWS's events", async () => {
    const lab = new Lab();
    const execution = await lab.run(
      inOrder({
        First: { Type: "Pass", Assign: { n: 1, list: [true] }, Output: { sum: "{% $states.input.a + 1 %}" } },
        Last: { Type: "Succeed" },
      }),
      { a: 2 },
    );
    const notTruncated = { truncated: false };
    expect(execution.history.map(({ timestamp: _, ...event }) => event)).toEqual([
      {
        id: 1,
        previousEventId: 0,
        type: "ExecutionStarted",
        executionStartedEventDetails: {
          input: '{"a":2}',
          inputDetails: notTruncated,
          roleArn: "arn:aws:iam::111111111111:role/machine",
        },
      },
      {
        id: 2,
        previousEventId: 0,
        type: "PassStateEntered",
        stateEnteredEventDetails: { name: "First", input: '{"a":2}', inputDetails: notTruncated },
      },
      {
        id: 3,
        previousEventId: 2,
        type: "PassStateExited",
        stateExitedEventDetails: {
          name: "First",
          output: '{"sum":3}',
          outputDetails: notTruncated,
          assignedVariables: { n: "1", list: "[true]" },
          assignedVariablesDetails: notTruncated,
        },
      },
      {
        id: 4,
        previousEventId: 3,
        type: "SucceedStateEntered",
        stateEnteredEventDetails: { name: "Last", input: '{"sum":3}', inputDetails: notTruncated },
      },
      {
        id: 5,
        previousEventId: 4,
        type: "SucceedStateExited",
        stateExitedEventDetails: { name: "Last", output: '{"sum":3}', outputDetails: notTruncated },
      },
      {
        id: 6,
        previousEventId: 5,
        type: "ExecutionSucceeded",
        executionSucceededEventDetails: { output: '{"sum":3}', outputDetails: notTruncated },
      },
    ]);
    expect(execution.transitions).toBe(2);
  });

  it("enters its first state before anything else happens", () => {
    const execution = new Lab().start(inOrder({ A: { Type: "Wait", Seconds: 5 } }));
    expect(execution.status).toBe("RUNNING");
    expect(types(execution.history)).toEqual(["ExecutionStarted", "WaitStateEntered"]);
  });

  it("is ABORTED when it is stopped, whatever it was doing, and what it asked for is told", async () => {
    const cancelled: string[] = [];
    const lab = new Lab((task) => {
      task.onCancel(() => cancelled.push(task.stateName));
      return new Promise(() => {});
    });
    const execution = lab.start({
      StartAt: "P",
      States: {
        P: {
          Type: "Parallel",
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Never" }],
          Branches: [inOrder({ T: invoke }), inOrder({ W: { Type: "Wait", Seconds: 99 } })],
          End: true,
        },
        Never: { Type: "Succeed" },
      },
    });
    await lab.clock.advance(1000);
    execution.stop("Enough", "asked to");
    await lab.clock.run(execution.done);
    expect(resultOf(execution)).toEqual({ status: "ABORTED", error: "Enough", cause: "asked to" });
    expect(execution.history.at(-1)).toMatchObject({
      type: "ExecutionAborted",
      previousEventId: 0,
      executionAbortedEventDetails: { error: "Enough", cause: "asked to" },
    });
    expect(cancelled).toEqual(["T"]);
    const length = execution.history.length;
    execution.stop("Twice");
    await lab.clock.advance(200_000);
    expect(execution.history).toHaveLength(length);
    expect(execution.error).toBe("Enough");
    expect(execution.stoppedAt).toBe(START + 1000);
  });

  it("can be stopped without a reason", async () => {
    const lab = new Lab();
    const execution = lab.start(inOrder({ A: { Type: "Wait", Seconds: 5 } }));
    execution.stop();
    expect(execution.history.at(-1)).toMatchObject({ executionAbortedEventDetails: {} });
    expect(resultOf(execution)).toEqual({ status: "ABORTED" });
  });

  it("is TIMED_OUT after the machine's TimeoutSeconds, and says so in its last event only", async () => {
    const lab = new Lab(() => new Promise(() => {}));
    const execution = await lab.run({ TimeoutSeconds: 5, ...inOrder({ T: { ...invoke, TimeoutSeconds: 99 } }) });
    expect(lab.seconds).toBe(5);
    expect(resultOf(execution)).toEqual({ status: "TIMED_OUT" });
    expect(execution.history.at(-1)).toMatchObject({
      type: "ExecutionTimedOut",
      previousEventId: 0,
      executionTimedOutEventDetails: { error: "States.Timeout" },
    });
  });

  it("does not time out after its end", async () => {
    const lab = new Lab();
    const execution = await lab.run({ TimeoutSeconds: 5, ...inOrder({ A: { Type: "Pass" } }) });
    await lab.clock.advance(10_000);
    expect(execution.status).toBe("SUCCEEDED");
  });

  it.each<[string, JsonObject]>([
    ["in the machine itself", forever],
    [
      "in a branch, and nothing retries or catches that",
      inOrder({
        P: {
          Type: "Parallel",
          Branches: [forever],
          Retry: [{ ErrorEquals: ["States.ALL"] }],
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
        },
        Caught: { Type: "Succeed" },
      }),
    ],
  ])("fails with the 25,000th event of its history, %s", async (_where, machine) => {
    const execution = await new Lab().run(machine);
    expect(execution.history).toHaveLength(25_000);
    expect(execution.history.at(-1)?.type).toBe("ExecutionFailed");
    expect(resultOf(execution)).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause: "The execution reached the maximum number of history events (25000).",
    });
  });

  it("has the same history for the same seed, and another for another", async () => {
    const machine = inOrder({
      Draw: { Type: "Pass", Output: "{% [$random(), $uuid(), $shuffle([1..9])] %}" },
      Try: {
        ...invoke,
        Retry: [{ ErrorEquals: ["States.ALL"], JitterStrategy: "FULL", MaxAttempts: 5 }],
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "End" }],
      },
      End: { Type: "Succeed" },
    });
    const historyOf = async (seed: number) => (await new Lab(() => failing("E"), seed).run(machine)).history;
    expect(await historyOf(4)).toEqual(await historyOf(4));
    expect(await historyOf(4)).not.toEqual(await historyOf(5));
  });

  it("makes no timer and lets no time pass for states that need none", async () => {
    const lab = new Lab();
    const execution = lab.start(
      inOrder({ A: { Type: "Pass" }, B: { Type: "Wait", Seconds: 0 }, C: invoke, D: { Type: "Succeed" } }),
    );
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
    expect(execution.status).toBe("SUCCEEDED");
  });

  it("enters more than 10,000 states a second", async () => {
    const lab = new Lab();
    const machine = compileMachine({
      QueryLanguage: "JSONata",
      StartAt: "Count",
      States: {
        Count: {
          Type: "Pass",
          Assign: { n: "{% $states.input.n + 1 %}" },
          Output: { n: "{% $states.input.n + 1 %}" },
          Next: "More",
        },
        More: { Type: "Choice", Choices: [{ Condition: "{% $n < 1000 %}", Next: "Work" }], Default: "End" },
        Work: { ...invoke, Arguments: "{% {'n': $n} %}", Next: "Count" },
        End: { Type: "Succeed" },
      },
    });
    const before = process.cpuUsage();
    const executions = Array.from({ length: 7 }, () => startExecution(machine, { n: 0 }, lab.host));
    await lab.clock.run(Promise.all(executions.map(({ done }) => done)));
    // Time of the processor, not of the wall: other work on the machine does not count.
    const seconds = process.cpuUsage(before).user / 1e6;
    const states = executions.reduce((sum, { transitions }) => sum + transitions, 0);
    expect(states).toBe(7 * 3000);
    expect(states / seconds).toBeGreaterThan(10_000);
  });

  it("measures its largest payload as UTF-8", async () => {
    const execution = await new Lab().run(
      inOrder({ A: { Type: "Pass", Output: "äöü" }, B: { Type: "Pass", Output: 1 } }),
    );
    expect(execution.largestPayloadBytes).toBe(8);
  });

  it("rejects, rather than failing, when its host breaks its promises", async () => {
    const lab = new Lab(() => {
      throw new TypeError("a bug of the host");
    });
    const execution = lab.start(
      inOrder({ T: { ...invoke, Catch: [{ ErrorEquals: ["States.ALL"], Next: "Z" }] }, Z: { Type: "Pass" } }),
    );
    await expect(lab.clock.run(execution.done)).rejects.toThrow("a bug of the host");
  });
});

function tooLarge(source: string): JsonObject {
  return {
    status: "FAILED",
    error: "States.DataLimitExceeded",
    cause: `The state/task '${source}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  };
}

/** An expression for a text of so many bytes as JSON, its two quotes included. */
function text(bytes: number): string {
  return `{% $pad('', ${bytes - 2}, 'x') %}`;
}

describe("a payload", () => {
  it("may have 262,144 bytes", async () => {
    const execution = await new Lab().run(inOrder({ A: { Type: "Pass", Output: text(262_144) } }));
    expect(execution.status).toBe("SUCCEEDED");
    expect(execution.largestPayloadBytes).toBe(262_144);
  });

  it.each([
    ["a Pass's Output", { Type: "Pass", Output: text(262_145) }],
    ["a Task's Arguments", { ...invoke, Arguments: text(262_145) }],
    ["one variable", { Type: "Pass", Assign: { v: text(262_145) }, Output: 1 }],
    ["what is assigned at once", { Type: "Pass", Assign: { v: text(200_000), w: text(100_000) }, Output: 1 }],
  ])("may not have one more: %s", async (_what, state) => {
    expect(resultOf(await new Lab().run(inOrder({ A: state })))).toEqual(tooLarge("A"));
  });

  it.each([
    ["arn:aws:states:::lambda:invoke", "lambda"],
    ["arn:aws:states:::aws-sdk:ec2:describeInstances", "aws-sdk:ec2"],
    ["arn:aws:lambda:us-east-1:111111111111:function:f", "arn:aws:lambda:us-east-1:111111111111:function:f"],
  ])("that is the result of %s names it as %s when too large", async (Resource, source) => {
    const lab = new Lab(() => "x".repeat(262_143));
    expect(resultOf(await lab.run(inOrder({ T: { Type: "Task", Resource } })))).toEqual(tooLarge(source));
  });

  it("that is too large can be caught by its name and by States.ALL", async () => {
    for (const name of ["States.DataLimitExceeded", "States.ALL", "States.TaskFailed"]) {
      const execution = await new Lab(() => "x".repeat(262_143)).run(
        inOrder({ T: { ...invoke, Catch: [{ ErrorEquals: [name], Next: "C" }] }, C: { Type: "Pass" } }),
      );
      expect(execution.output).toMatchObject({ Error: "States.DataLimitExceeded" });
    }
  });
});
