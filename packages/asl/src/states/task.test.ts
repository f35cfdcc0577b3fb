import { describe, expect, it } from "vitest";
import { MachineFaultError } from "../execution/host.ts";
import type { JsonObject } from "../json.ts";
import { failing, inOrder, Lab, resultOf, types } from "../testing/lab.ts";

const LAMBDA = "arn:aws:states:::lambda:invoke";
const ACTIVITY = "arn:aws:states:us-east-1:111111111111:activity:work";
const never = () => new Promise<never>(() => {});
const machine = (task: JsonObject) => inOrder({ T: { Type: "Task", ...task } });
/** The events of the task itself. */
const taskEvents = (history: Parameters<typeof types>[0]) => types(history).slice(2, -2);

describe("a Task", () => {
  it("asks with its Arguments, or else its input, and hands the result on", async () => {
    const lab = new Lab(() => ({ answer: 42 }));
    const execution = await lab.run(
      inOrder({
        A: {
          Type: "Task",
          Resource: LAMBDA,
          Arguments: { FunctionName: "f", Payload: "{% $states.input.n + 1 %}" },
          Output: "{% $states.result.answer %}",
        },
        B: { Type: "Task", Resource: LAMBDA },
      }),
      { n: 1 },
    );
    expect(lab.calls.map(({ arguments: args }) => args)).toEqual([{ FunctionName: "f", Payload: 2 }, 42]);
    expect(execution.output).toEqual({ answer: 42 });
  });

  it.each([
    [
      "arn:aws:states:::aws-sdk:ec2:runInstances",
      { service: "ec2", action: "runInstances", sdk: true, pattern: "request-response" },
    ],
    [
      "arn:aws:states:::states:startExecution.sync:2",
      { service: "states", action: "startExecution", sdk: false, pattern: "sync:2" },
    ],
    [
      "arn:aws:states:::states:startExecution.sync",
      { pattern: "sync", resource: "startExecution.sync", resourceType: "states" },
    ],
    [
      "arn:aws:states:::aws-sdk:sfn:startExecution.waitForTaskToken",
      { pattern: "waitForTaskToken", resourceType: "aws-sdk:sfn" },
    ],
    ["arn:aws:lambda:us-east-1:111111111111:function:f:live", { kind: "lambda-function" }],
    [ACTIVITY, { kind: "activity" }],
  ])("tells its host what %s is", async (Resource, expected) => {
    const lab = new Lab(() => never());
    lab.start(machine({ Resource }));
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(lab.calls[0]?.resource).toMatchObject({ ...expected, arn: Resource });
  });

  it.each([
    [LAMBDA, ["TaskScheduled", "TaskStarted", "TaskFailed"]],
    [`${LAMBDA}.waitForTaskToken`, ["TaskScheduled", "TaskStarted", "TaskSubmitFailed"]],
    ["arn:aws:states:::states:startExecution.sync", ["TaskScheduled", "TaskStarted", "TaskSubmitFailed"]],
    [
      "arn:aws:lambda:us-east-1:111111111111:function:f",
      ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionFailed"],
    ],
  ])("to %s that fails shows %j", async (Resource, events) => {
    const execution = await new Lab(() => failing("E", "c")).run(machine({ Resource }));
    expect(types(execution.history).slice(2, -1)).toEqual(events);
    expect(resultOf(execution)).toEqual({ status: "FAILED", error: "E", cause: "c" });
  });

  it("that waits for a job shows that it was taken, and how it ended", async () => {
    const lab = new Lab(async (call, attempt, self) => {
      call.submitted({ ExecutionArn: "arn" });
      await new Promise<void>((resolve) => void self.clock.after(5000, resolve));
      return attempt === 1 ? failing("States.TaskFailed", "the job's story") : { Output: "{}" };
    });
    const execution = await lab.run(
      machine({
        Resource: "arn:aws:states:::states:startExecution.sync",
        Retry: [{ ErrorEquals: ["States.TaskFailed"] }],
      }),
    );
    expect(execution.output).toEqual({ Output: "{}" });
    expect(taskEvents(execution.history)).toEqual([
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskFailed",
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
    ]);
  });

  it("is caught by the first catcher that names its error", async () => {
    const execution = await new Lab(() => failing("E", "c")).run(
      inOrder({
        T: {
          Type: "Task",
          Resource: LAMBDA,
          Output: "not this",
          Catch: [
            { ErrorEquals: ["Other"], Next: "Wrong" },
            {
              ErrorEquals: ["Another", "E"],
              Next: "Right",
              Assign: { error: "{% $states.errorOutput.Error %}" },
              Output: { was: "{% $states.input %}", cause: "{% $states.errorOutput.Cause %}" },
            },
            { ErrorEquals: ["States.ALL"], Next: "Wrong" },
          ],
        },
        Wrong: { Type: "Fail" },
        Right: { Type: "Pass", Output: "{% [$error, $states.input] %}" },
      }),
      1,
    );
    expect(execution.output).toEqual(["E", { was: 1, cause: "c" }]);
  });

  it("fails with the second fault when its catcher cannot be evaluated", async () => {
    const execution = await new Lab(() => failing("E")).run(
      inOrder({
        T: { Type: "Task", Resource: LAMBDA, Catch: [{ ErrorEquals: ["E"], Next: "C", Output: "{% $none %}" }] },
        C: { Type: "Pass" },
      }),
    );
    expect(execution.error).toBe("States.QueryEvaluationError");
    expect(execution.cause).toContain("specified for the field 'Catch[0]/Output' returned nothing (undefined).");
  });

  it("that cannot be done at all ends the execution, and nothing retries or catches that", async () => {
    const lab = new Lab(() => {
      throw new MachineFaultError("There is no such thing");
    });
    const execution = await lab.run(
      inOrder({
        T: {
          Type: "Task",
          Resource: LAMBDA,
          Retry: [{ ErrorEquals: ["States.ALL"] }],
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "C" }],
        },
        C: { Type: "Pass" },
      }),
    );
    expect(resultOf(execution)).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause: "An error occurred while executing the state 'T' (entered at the event id #2). There is no such thing",
    });
    expect(lab.calls).toHaveLength(1);
  });

  it("uses the role of its Credentials", async () => {
    const lab = new Lab();
    const execution = await lab.run(
      machine({ Resource: LAMBDA, Credentials: { RoleArn: "{% 'arn:' & $states.input %}" } }),
      "role",
    );
    expect(lab.calls[0]?.credentialsRoleArn).toBe("arn:role");
    expect(execution.history[2]).toMatchObject({
      taskScheduledEventDetails: { taskCredentials: { roleArn: "arn:role" } },
    });
  });
});

describe("the time of a Task", () => {
  it.each([
    [LAMBDA, "TaskTimedOut"],
    [`${LAMBDA}.waitForTaskToken`, "TaskTimedOut"],
    ["arn:aws:lambda:us-east-1:111111111111:function:f", "LambdaFunctionTimedOut"],
  ])("of %s runs out after TimeoutSeconds: %s", async (Resource, type) => {
    const told: string[] = [];
    const lab = new Lab((call) => {
      call.onCancel(() => told.push("cancelled"));
      return never();
    });
    const execution = await lab.run(machine({ Resource, TimeoutSeconds: "{% $states.input %}" }), 4);
    expect(lab.seconds).toBe(4);
    expect(resultOf(execution)).toEqual({ status: "FAILED", error: "States.Timeout" });
    expect(execution.history.at(-2)?.type).toBe(type);
    expect(told).toEqual(["cancelled"]);
  });

  it("may be asked for again by Retry, and is then counted anew", async () => {
    const lab = new Lab((_call, attempt) => (attempt < 3 ? never() : "third"));
    const execution = await lab.run(
      machine({
        Resource: LAMBDA,
        TimeoutSeconds: 10,
        Retry: [{ ErrorEquals: ["States.Timeout"], IntervalSeconds: 1, BackoffRate: 1 }],
      }),
    );
    expect(execution.output).toBe("third");
    expect(lab.seconds).toBe(22);
  });

  it("gives $states.errorOutput an empty cause", async () => {
    const execution = await new Lab(() => never()).run(
      inOrder({
        T: {
          Type: "Task",
          Resource: LAMBDA,
          TimeoutSeconds: 1,
          Catch: [{ ErrorEquals: ["States.Timeout"], Next: "C" }],
        },
        C: { Type: "Pass" },
      }),
    );
    expect(execution.output).toEqual({ Error: "States.Timeout", Cause: "" });
  });

  it("is of no interest once it has been answered", async () => {
    const lab = new Lab();
    await lab.run(
      inOrder({ T: { Type: "Task", Resource: LAMBDA, TimeoutSeconds: 1 }, W: { Type: "Wait", Seconds: 9 } }),
    );
    expect(lab.seconds).toBe(9);
  });
});

function waiting(options: JsonObject = {}): JsonObject {
  const args = { FunctionName: "f", Payload: "{% $states.context.Task.Token %}" };
  return machine({ Resource: `${LAMBDA}.waitForTaskToken`, Arguments: args, ...options });
}

function tokenOf(lab: Lab, index = 0): string {
  return lab.calls[index]?.taskToken ?? "";
}

describe("a Task that waits for a token", () => {
  it("shows that it was submitted, and ends with the answer", async () => {
    const lab = new Lab((_call, _attempt, self) => {
      self.clock.after(3000, () => self.tokens.succeed(tokenOf(self), '{"a":1}'));
      return { StatusCode: 200 };
    });
    const execution = await lab.run(waiting());
    expect(lab.calls[0]?.arguments).toMatchObject({ Payload: tokenOf(lab) });
    expect(execution.output).toEqual({ a: 1 });
    expect(taskEvents(execution.history)).toEqual(["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]);
  });

  it("ends with an answer that comes before the call that carried the token returns, whatever becomes of that call", async () => {
    for (const then of [() => "late", () => failing("TooLate")]) {
      const lab = new Lab((call, _attempt, self) => {
        self.tokens.succeed(call.taskToken ?? "", "1");
        return then();
      });
      const execution = await lab.run(waiting());
      expect(resultOf(execution)).toEqual({ status: "SUCCEEDED", output: 1 });
      expect(taskEvents(execution.history)).toEqual(["TaskScheduled", "TaskStarted", "TaskSucceeded"]);
    }
  });

  it("fails with a failure that comes before the call that carried the token returns", async () => {
    const lab = new Lab((call, _attempt, self) => {
      self.tokens.fail(call.taskToken ?? "", { error: "E", cause: "c" });
      return {};
    });
    const execution = await lab.run(waiting());
    expect(resultOf(execution)).toEqual({ status: "FAILED", error: "E", cause: "c" });
    expect(types(execution.history).slice(2, -1)).toEqual(["TaskScheduled", "TaskStarted", "TaskFailed"]);
  });

  it.each([
    [
      { error: "E", cause: "c" },
      { Error: "E", Cause: "c" },
    ],
    [{}, { Error: null, Cause: null }],
  ])("fails with what the answer %j names", async (failure, output) => {
    const lab = new Lab((call, _attempt, self) => {
      self.clock.after(1, () => self.tokens.fail(call.taskToken ?? "", failure));
      return {};
    });
    const execution = await lab.run(
      inOrder({
        T: {
          Type: "Task",
          Resource: `${LAMBDA}.waitForTaskToken`,
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "C" }],
        },
        C: { Type: "Pass" },
      }),
    );
    expect(execution.output).toEqual(output);
  });

  it("runs out of time between two heartbeats, under either name", async () => {
    for (const name of ["States.Timeout", "States.HeartbeatTimeout"]) {
      const lab = new Lab((call, _attempt, self) => {
        for (const second of [2, 4]) self.clock.after(1000 * second, () => self.tokens.heartbeat(call.taskToken ?? ""));
        return {};
      });
      const execution = await lab.run(
        inOrder({
          T: {
            Type: "Task",
            Resource: `${LAMBDA}.waitForTaskToken`,
            TimeoutSeconds: 99,
            HeartbeatSeconds: 3,
            Catch: [{ ErrorEquals: [name], Next: "C" }],
          },
          C: { Type: "Pass" },
        }),
      );
      expect(lab.seconds).toBe(7);
      expect(execution.output).toEqual({ Error: "States.Timeout", Cause: "" });
      expect(() => lab.tokens.succeed(tokenOf(lab), "1")).toThrow(expect.objectContaining({ code: "TaskTimedOut" }));
    }
  });

  it("gets another token when it is tried again; the first one is dead", async () => {
    const lab = new Lab((call, attempt, self) => {
      if (attempt === 2) self.clock.after(1, () => self.tokens.succeed(call.taskToken ?? "", '"second"'));
      return {};
    });
    const execution = await lab.run(waiting({ TimeoutSeconds: 5, Retry: [{ ErrorEquals: ["States.Timeout"] }] }));
    expect(execution.output).toBe("second");
    expect(tokenOf(lab, 1)).not.toBe(tokenOf(lab, 0));
    expect(() => lab.tokens.succeed(tokenOf(lab, 0), "1")).toThrow(expect.objectContaining({ code: "TaskTimedOut" }));
  });

  it("leaves a dead token behind when the execution is stopped", async () => {
    const lab = new Lab(() => ({}));
    const execution = lab.start(waiting());
    await lab.clock.advance(1000);
    execution.stop();
    await lab.clock.advance(0);
    expect(() => lab.tokens.heartbeat(tokenOf(lab))).toThrow(expect.objectContaining({ code: "TaskTimedOut" }));
  });
});

describe("an activity", () => {
  it("is scheduled, started by a worker, and answered by it; its time counts from the start", async () => {
    const lab = new Lab(async (call, _attempt, self) => {
      await new Promise<void>((resolve) => void self.clock.after(60_000, resolve));
      self.clock.after(4000, () => self.tokens.succeed(call.taskToken ?? "", "1"));
      return { workerName: "Worker" };
    });
    const execution = await lab.run(machine({ Resource: ACTIVITY, TimeoutSeconds: 90, HeartbeatSeconds: 5 }));
    expect(taskEvents(execution.history)).toEqual(["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]);
    expect(execution.history[3]).toMatchObject({ activityStartedEventDetails: { workerName: "Worker" } });
  });

  it("that nobody takes runs out of time", async () => {
    const execution = await new Lab(() => never()).run(machine({ Resource: ACTIVITY, TimeoutSeconds: 5 }));
    expect(types(execution.history).slice(2)).toEqual(["ActivityScheduled", "ActivityTimedOut", "ExecutionFailed"]);
  });
});
