import { describe, expect, it } from "vitest";
import type { JsonObject } from "../json.ts";
import { failing, Lab } from "../testing/lab.ts";
import { TestStateError, type TestStateRequest } from "./request.ts";
import { testState } from "./test-state.ts";

const invoke = { QueryLanguage: "JSONata", Type: "Task", Resource: "arn:aws:states:::lambda:invoke" };
const task = { ...invoke, End: true };
const test = (definition: JsonObject, request: Partial<TestStateRequest> = {}, lab = new Lab()) =>
  lab.clock.run(testState({ definition, input: {}, ...request }, lab.host));

describe("a state that is tested by itself", () => {
  it("tells where it would go, and how its data flowed", async () => {
    const state = { ...invoke, Arguments: "{% {'n': $states.input.n + $one} %}", Next: "B", Assign: { two: 2 } };
    const answer = await test(state, {
      input: { n: 1 },
      variables: { one: 1 },
      mock: { result: "mocked" },
    });
    expect(answer).toEqual({
      status: "SUCCEEDED",
      output: "mocked",
      nextState: "B",
      inspectionData: { input: { n: 1 }, afterArguments: { n: 2 }, result: "mocked", variables: { one: 1, two: 2 } },
    });
  });

  it("has its task performed when there is no mock", async () => {
    const lab = new Lab((call) => (call.arguments === 1 ? "asked" : failing("E", "c")));
    expect(await test(task, { input: 1 }, lab)).toMatchObject({ status: "SUCCEEDED", output: "asked" });
    expect(await test(task, { input: 2 }, lab)).toMatchObject({ status: "FAILED", error: "E", cause: "c" });
  });

  it("reports a failed evaluation without naming itself", async () => {
    expect(await test({ ...task, Arguments: "{% $none %}" })).toEqual({
      status: "FAILED",
      error: "States.QueryEvaluationError",
      cause: "The JSONata expression '$none' specified for the field 'Arguments' returned nothing (undefined).",
      inspectionData: { input: {} },
    });
  });

  it.each([
    [0, { status: "RETRIABLE" }, { retryIndex: 1, retryBackoffIntervalSeconds: 3 }],
    [2, { status: "RETRIABLE" }, { retryIndex: 1, retryBackoffIntervalSeconds: 12 }],
    [3, { status: "CAUGHT_ERROR", nextState: "C", output: "E" }, { retryIndex: 1, catchIndex: 1 }],
  ])("after %d retries fails as %j: %j", async (retrierRetryCount, expected, errorDetails) => {
    const answer = await test(
      {
        ...task,
        Retry: [{ ErrorEquals: ["Other"] }, { ErrorEquals: ["E"], IntervalSeconds: 3 }],
        Catch: [
          { ErrorEquals: ["Other"], Next: "D" },
          { ErrorEquals: ["States.ALL"], Next: "C", Output: "{% $states.errorOutput.Error %}" },
        ],
      },
      { mock: { error: "E", cause: "c" }, configuration: { retrierRetryCount } },
    );
    expect(answer).toMatchObject({ ...expected, error: "E", cause: "c" });
    expect(answer.inspectionData.errorDetails).toEqual(errorDetails);
  });

  it("is found by its name in a machine, also inside another state", async () => {
    const machine = {
      QueryLanguage: "JSONata",
      StartAt: "M",
      States: {
        M: {
          Type: "Map",
          ItemProcessor: {
            StartAt: "P",
            States: { P: { Type: "Pass", Output: "{% $states.input + 1 %}", End: true } },
          },
          End: true,
        },
      },
    };
    expect(await test(machine, { stateName: "P", input: 1 })).toMatchObject({ status: "SUCCEEDED", output: 2 });
    await expect(test(machine, { stateName: "Q" })).rejects.toThrow(TestStateError);
    await expect(test(machine, { stateName: "M", input: [] })).rejects.toThrow(
      "a Map state can be tested with a mock only",
    );
  });

  it("shows what a Map makes of its items", async () => {
    const state = {
      QueryLanguage: "JSONata",
      Type: "Map",
      Items: "{% $states.input %}",
      ItemSelector: "{% $states.context.Map.Item.Value * 2 %}",
      MaxConcurrency: 3,
      ToleratedFailurePercentage: 50,
      ItemProcessor: { StartAt: "P", States: { P: { Type: "Pass", End: true } } },
      End: true,
    };
    const mock = { result: ["a", "b"] };
    expect(await test(state, { input: [1, 2], mock })).toEqual({
      status: "SUCCEEDED",
      output: ["a", "b"],
      inspectionData: {
        input: [1, 2],
        afterItemSelector: [2, 4],
        maxConcurrency: 3,
        toleratedFailurePercentage: 50,
      },
    });
    const failed = await test(state, { input: [1, 2], mock, configuration: { mapIterationFailureCount: 2 } });
    expect(failed).toMatchObject({ status: "FAILED", error: "States.ExceedToleratedFailureThreshold" });
  });

  it.each<[JsonObject, string]>([
    [{ Type: "Pass", End: true }, "InvalidDefinitionError"],
    [{ ...task, Resource: "nothing" }, "InvalidDefinitionError"],
    [{ ...task, Output: "{% 1 + %}" }, "InvalidDefinitionError"],
    [{ ...task, Resource: "arn:aws:states:::states:startExecution.sync" }, "TestStateError"],
  ])("is refused when it is %j", async (definition, name) => {
    await expect(test(definition)).rejects.toMatchObject({ name });
  });
});
