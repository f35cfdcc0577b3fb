import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../json.ts";
import type { TaskCall } from "../execution/host.ts";
import { failing, inOrder, Lab, resultOf, types } from "../testing/lab.ts";

const task = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke" };
const never = () => new Promise<never>(() => {});
const map = (options: JsonObject, states: Record<string, JsonObject> = { T: task }) =>
  inOrder({ M: { Type: "Map", ItemProcessor: inOrder(states), ...options } });

function indexOf(call: TaskCall): number {
  return call.iterations.at(-1)?.index ?? -1;
}

function after(seconds: number, answer: Json): (call: TaskCall, attempt: number, lab: Lab) => Promise<Json> {
  return (_call, _attempt, lab) =>
    new Promise((resolve) => void lab.clock.after(1000 * seconds, () => resolve(answer)));
}

function parallel(branches: JsonObject[], options: JsonObject = {}): JsonObject {
  return inOrder({ P: { Type: "Parallel", Branches: branches, ...options } });
}

describe("a Parallel", () => {
  it("gives its branches its Arguments, and answers their outputs in their order", async () => {
    const lab = new Lab((call, attempt, self) =>
      after(call.stateName === "A" ? 9 : 1, call.stateName)(call, attempt, self),
    );
    const execution = await lab.run(
      parallel([inOrder({ A: task }), inOrder({ B: task })], { Arguments: { x: "{% $states.input %}" } }),
      5,
    );
    expect(execution.output).toEqual(["A", "B"]);
    expect(lab.calls.map(({ arguments: args }) => args)).toEqual([{ x: 5 }, { x: 5 }]);
    expect(lab.seconds).toBe(9);
  });

  it("ends its other branches when one fails, and shows what each was in", async () => {
    const cancelled: string[] = [];
    const lab = new Lab((call) => {
      call.onCancel(() => cancelled.push(call.stateName));
      return call.stateName === "Bad" ? failing("E", "c") : never();
    });
    const execution = await lab.run(
      parallel([inOrder({ A: task }), inOrder({ Bad: task }), inOrder({ W: { Type: "Wait", Seconds: 9 } })]),
    );
    expect(resultOf(execution)).toEqual({ status: "FAILED", error: "E", cause: "c" });
    expect(cancelled).toEqual(["A"]);
    expect(types(execution.history).slice(-6)).toEqual([
      "TaskFailed",
      "TaskStateAborted",
      "TaskStateAborted",
      "WaitStateAborted",
      "ParallelStateFailed",
      "ExecutionFailed",
    ]);
  });

  it("is tried again as a whole", async () => {
    const lab = new Lab((_call, attempt) => (attempt === 1 ? failing("E") : attempt));
    const execution = await lab.run(parallel([inOrder({ A: task })], { Retry: [{ ErrorEquals: ["E"] }] }));
    expect(execution.output).toEqual([2]);
    expect(types(execution.history).filter((type) => type.startsWith("Parallel"))).toEqual([
      "ParallelStateEntered",
      "ParallelStateStarted",
      "ParallelStateStarted",
      "ParallelStateSucceeded",
      "ParallelStateExited",
    ]);
  });

  it("fails as a whole when a branch meets a fault of the machine, which nothing catches", async () => {
    const stuck = {
      StartAt: "C",
      States: { C: { Type: "Choice", Choices: [{ Condition: false, Next: "D" }] }, D: { Type: "Succeed" } },
    };
    const execution = await new Lab().run(
      inOrder({
        P: { Type: "Parallel", Branches: [stuck], Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }] },
        Caught: { Type: "Succeed" },
      }),
    );
    expect(execution.error).toBe("States.Runtime");
    expect(types(execution.history).slice(-2)).toEqual(["ChoiceStateEntered", "ExecutionFailed"]);
  });

  it("may stand in a Parallel, and falls with it", async () => {
    const lab = new Lab((call) => (call.stateName === "Bad" ? failing("E") : never()));
    const inner = inOrder({ Q: { Type: "Parallel", Branches: [inOrder({ A: task }), inOrder({ B: task })] } });
    const execution = await lab.run(parallel([inner, inOrder({ Bad: task })]));
    expect(types(execution.history).slice(-7)).toEqual([
      "TaskFailed",
      "TaskStateAborted",
      "TaskStateAborted",
      "TaskStateAborted",
      "ParallelStateAborted",
      "ParallelStateFailed",
      "ExecutionFailed",
    ]);
  });
});

describe("a Map", () => {
  it("runs its processor for each item, and answers the outputs in the order of the items", async () => {
    const lab = new Lab((call, attempt, self) => after(10 - indexOf(call), indexOf(call))(call, attempt, self));
    const execution = await lab.run(map({ Items: "{% $states.input.list %}" }), { list: ["a", "b", "c"] });
    expect(execution.output).toEqual([0, 1, 2]);
    expect(lab.calls.map(({ arguments: args }) => args)).toEqual(["a", "b", "c"]);
  });

  it("takes its input when it has no Items, and literal Items with expressions in them", async () => {
    expect((await new Lab().run(map({}), [1, 2])).output).toEqual([1, 2]);
    expect((await new Lab().run(map({ Items: [1, "{% $states.input %}"] }), 5)).output).toEqual([1, 5]);
    expect((await new Lab().run(map({ Items: [] }))).output).toEqual([]);
  });

  it("knows each item and its index in ItemSelector, and in the states of the iteration", async () => {
    const lab = new Lab();
    const item = "{% $states.context.Map.Item %}";
    const execution = await lab.run(
      map(
        { Items: ["a", "b"], ItemSelector: { item, from: "{% $states.input %}" } },
        { P: { Type: "Pass", Output: { item, input: "{% $states.input %}" } } },
      ),
      "M's input",
    );
    expect(execution.output).toEqual(
      [
        { Index: 0, Value: "a" },
        { Index: 1, Value: "b" },
      ].map((item) => ({ item, input: { item, from: "M's input" } })),
    );
  });

  it.each([
    [1, 5],
    [2, 3],
    [5, 1],
    [0, 1],
    ["{% $states.input %}", 2],
  ])("with MaxConcurrency %j takes %d seconds for five items of one second", async (MaxConcurrency, seconds) => {
    const lab = new Lab(after(1, "done"));
    await lab.run(map({ Items: [1, 2, 3, 4, 5], MaxConcurrency }), 3);
    expect(lab.seconds).toBe(seconds);
  });

  it("runs at most 40 iterations at once when it names no bound", async () => {
    const lab = new Lab(after(1, "done"));
    await lab.run(map({ Items: "{% [1..81] %}" }));
    expect(lab.seconds).toBe(3);
  });

  it("ends its other iterations when one fails, and starts no more", async () => {
    const lab = new Lab((call) => (indexOf(call) === 1 ? failing("E", "c") : never()));
    const execution = await lab.run(map({ Items: [1, 2, 3, 4], MaxConcurrency: 3 }));
    expect(resultOf(execution)).toEqual({ status: "FAILED", error: "E", cause: "c" });
    expect(lab.calls.map(indexOf)).toEqual([0, 1, 2]);
    expect(types(execution.history).slice(-9)).toEqual([
      "TaskFailed",
      "TaskStateAborted",
      "MapIterationAborted",
      "TaskStateAborted",
      "MapIterationAborted",
      "TaskStateAborted",
      "MapIterationFailed",
      "MapStateFailed",
      "ExecutionFailed",
    ]);
  });

  it("retries inside one iteration without touching the others", async () => {
    const lab = new Lab((call, attempt) => (attempt === 1 ? failing("E") : indexOf(call)));
    const execution = await lab.run(map({ Items: [1, 2, 3] }, { T: { ...task, Retry: [{ ErrorEquals: ["E"] }] } }));
    expect(execution.output).toEqual([0, 1, 2]);
    expect(lab.calls.map(indexOf)).toEqual([0, 1, 2, 0]);
  });

  it.each([
    [{ Items: "{% $states.input %}" }, "Items", "Expected 'array', but was 'object' for value: {\"a\":1}"],
    [{}, undefined, 'Map state input must be an array but was: {"a":1}'],
    [{ Items: [1], MaxConcurrency: "{% -1 %}" }, "MaxConcurrency", "but was: -1"],
    [{ Items: [1, 2], ItemSelector: { x: "{% $none %}" } }, "ItemSelector/x", "returned nothing (undefined)."],
  ])("with %j fails at %s: %s", async (options, location, message) => {
    const execution = await new Lab().run(map(options), { a: 1 });
    expect(execution.error).toBe("States.QueryEvaluationError");
    expect(execution.cause).toContain(message);
    const failures = execution.history.filter(({ type }) => type === "EvaluationFailed");
    expect(failures.map((event) => event.evaluationFailedEventDetails?.location)).toEqual([location]);
  });

  it.each([
    [{ ToleratedFailureCount: 1 }, [0, 2]],
    [{ ToleratedFailureCount: "{% $states.input %}" }, [0, 2]],
    [{ ToleratedFailurePercentage: 34 }, [0, 2]],
    [{ ToleratedFailurePercentage: 33 }, undefined],
    [{ ToleratedFailureCount: 0 }, undefined],
  ])("with %j and one failure in three items answers %j", async (tolerance, output) => {
    const lab = new Lab((call) => (indexOf(call) === 1 ? failing("E") : indexOf(call)));
    const execution = await lab.run(map({ Items: [1, 2, 3], ...tolerance }), 1);
    expect(resultOf(execution)).toEqual(
      output === undefined
        ? {
            status: "FAILED",
            error: "States.ExceedToleratedFailureThreshold",
            cause: "The specified tolerated failure threshold was exceeded",
          }
        : { status: "SUCCEEDED", output },
    );
  });
});
