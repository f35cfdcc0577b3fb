import { seededRandom } from "@muster/core";
import { describe, expect, it } from "vitest";
import type { Retrier } from "../definition/machine.ts";
import { failing, inOrder, Lab, resultOf } from "../testing/lab.ts";
import { StateFailure } from "./failure.ts";
import { matches, Retries } from "./retry.ts";

const retrier: Retrier = {
  errorEquals: ["States.ALL"],
  intervalSeconds: 1,
  maxAttempts: 3,
  backoffRate: 2,
  maxDelaySeconds: undefined,
  jitter: "NONE",
};
const broken = new StateFailure({ error: "Broken" });

function delays(options: Partial<Retrier>, failures = 6): (number | undefined)[] {
  const retries = new Retries([{ ...retrier, ...options }]);
  const random = seededRandom(3);
  return Array.from({ length: failures }, () => retries.next(broken, random)).filter((delay) => delay !== undefined);
}

describe("the delays of a retrier", () => {
  it.each<[Partial<Retrier>, number[]]>([
    [{}, [1000, 2000, 4000]],
    [{ maxAttempts: 0 }, []],
    [{ intervalSeconds: 3, backoffRate: 1, maxAttempts: 2 }, [3000, 3000]],
    [{ backoffRate: 1.5, maxAttempts: 4 }, [1000, 1500, 2250, 3375]],
    [{ maxDelaySeconds: 3, maxAttempts: 5 }, [1000, 2000, 3000, 3000, 3000]],
  ])("%j: %j ms", (options, expected) => {
    expect(delays(options)).toEqual(expected);
  });

  it("with full jitter lie between nothing and the whole delay", () => {
    const jittered = delays({ jitter: "FULL", maxAttempts: 6 });
    expect(jittered).toHaveLength(6);
    for (const [index, delay] of jittered.entries()) expect(delay).toBeLessThan(1000 * 2 ** index);
    expect(new Set(jittered).size).toBe(6);
    expect(delays({ jitter: "FULL", maxAttempts: 6 })).toEqual(jittered);
  });
});

describe("an ErrorEquals", () => {
  const custom = new StateFailure({ error: "Custom", cause: "c" });
  const timeout = new StateFailure({ error: "States.Timeout" });
  const heartbeat = new StateFailure({ error: "States.Timeout", heartbeat: true });
  const tooLarge = new StateFailure({ error: "States.DataLimitExceeded", cause: "c" });
  const nameless = new StateFailure({});

  it.each([
    ["Custom", { custom: true }],
    ["States.ALL", { custom: true, timeout: true, heartbeat: true, tooLarge: true, nameless: true }],
    ["States.TaskFailed", { custom: true, tooLarge: true, nameless: true }],
    ["States.Timeout", { timeout: true, heartbeat: true }],
    ["States.HeartbeatTimeout", { heartbeat: true }],
    ["States.DataLimitExceeded", { tooLarge: true }],
  ])("%s names %j", (name, named) => {
    const failures = { custom, timeout, heartbeat, tooLarge, nameless };
    const matched = Object.entries(failures).filter(([, failure]) => matches([name], failure));
    expect(Object.fromEntries(matched.map(([key]) => [key, true]))).toEqual(named);
  });
});

describe("a Task that is tried again", () => {
  const task = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Arguments: { FunctionName: "f" } };

  it("waits before each retry, and counts them in its context", async () => {
    const lab = new Lab((_task, attempt) => (attempt < 4 ? failing("Busy") : "done"));
    const execution = await lab.run(
      inOrder({
        T: {
          ...task,
          Arguments: { FunctionName: "f", Payload: "{% $states.context.State.RetryCount %}" },
          Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 2, BackoffRate: 3 }],
        },
      }),
    );
    expect(resultOf(execution)).toEqual({ status: "SUCCEEDED", output: "done" });
    expect(lab.seconds).toBe(2 + 6 + 18);
    expect(lab.calls.map(({ arguments: args }) => args)).toEqual(
      [0, 1, 2, 3].map((Payload) => ({ FunctionName: "f", Payload })),
    );
  });

  it("counts each retrier's retries apart, and looks at them in order", async () => {
    const errors = ["A", "B", "A", "B", "C"];
    const lab = new Lab((_task, attempt) => failing(errors[attempt - 1] ?? "none left"));
    const execution = await lab.run(
      inOrder({
        T: {
          ...task,
          Retry: [
            { ErrorEquals: ["A"], MaxAttempts: 2, IntervalSeconds: 1, BackoffRate: 1 },
            { ErrorEquals: ["B"], MaxAttempts: 2, IntervalSeconds: 10, BackoffRate: 1 },
            { ErrorEquals: ["C"], MaxAttempts: 0 },
            { ErrorEquals: ["States.ALL"], MaxAttempts: 9 },
          ],
        },
      }),
    );
    expect(resultOf(execution)).toEqual({ status: "FAILED", error: "C", cause: "as told" });
    expect(lab.seconds).toBe(22);
  });

  it("evaluates its Arguments anew, and retries even when they cannot be evaluated", async () => {
    const lab = new Lab();
    const execution = await lab.run(
      inOrder({
        T: {
          ...task,
          Arguments: "{% $millis() >= 1735689603000 ? $now() : $states.input.none %}",
          Retry: [{ ErrorEquals: ["States.QueryEvaluationError"], IntervalSeconds: 1 }],
        },
      }),
    );
    expect(execution.output).toBe("2025-01-01T00:00:03.000Z");
    expect(execution.history.map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "EvaluationFailed",
      "EvaluationFailed",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("is retried as well when its Output cannot be evaluated", async () => {
    const lab = new Lab((_task, attempt) => ({ attempt }));
    const execution = await lab.run(
      inOrder({
        T: {
          ...task,
          Output: "{% $states.result.attempt > 1 ? 'good' : $states.result.none %}",
          Retry: [{ ErrorEquals: ["States.ALL"] }],
        },
      }),
    );
    expect(execution.output).toBe("good");
    expect(lab.calls).toHaveLength(2);
  });
});
