import { TestStateCommand, type TestStateInput } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { machineRole, statesCloud } from "./testing/states-cloud.ts";

const invoke = {
  QueryLanguage: "JSONata",
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: "double", Payload: "{% $states.input.n * $factor %}" },
  Output: "{% $states.result.Payload %}",
  Next: "Further",
};

function test(state: object, request: Partial<TestStateInput> = {}) {
  const { cloud, client } = statesCloud({ functions: { double: (event: number) => event * 2 } });
  const input = { definition: JSON.stringify(state), roleArn: machineRole, ...request };
  return cloud.run(client.send(new TestStateCommand(input)));
}

describe("TestState", () => {
  it("performs the task of one state, and shows how its data flowed", async () => {
    const answer = await test(invoke, { input: '{"n":2}', variables: '{"factor":10}', inspectionLevel: "DEBUG" });
    expect(answer).toMatchObject({ status: "SUCCEEDED", output: "40", nextState: "Further" });
    expect(answer.inspectionData).toMatchObject({
      input: '{"n":2}',
      afterArguments: '{"FunctionName":"double","Payload":20}',
      variables: '{"factor":10}',
    });
  });

  it("takes a mock in place of the task, and tells no more than it is asked", async () => {
    const answer = await test(invoke, {
      input: '{"n":2}',
      variables: '{"factor":1}',
      mock: { result: '{"Payload":"mocked"}' },
    });
    expect(answer).toMatchObject({ status: "SUCCEEDED", output: '"mocked"' });
    expect(answer.inspectionData).toBeUndefined();
  });

  it("tells what Retry would do with an error", async () => {
    const answer = await test(
      { ...invoke, Arguments: { FunctionName: "double" }, Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 3 }] },
      {
        mock: { errorOutput: { error: "Busy", cause: "full" } },
        stateConfiguration: { retrierRetryCount: 1 },
        inspectionLevel: "TRACE",
      },
    );
    expect(answer).toMatchObject({
      status: "RETRIABLE",
      error: "Busy",
      cause: "full",
      inspectionData: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 6 } },
    });
  });

  it.each<[string, object, Partial<TestStateInput>, string]>([
    ["a state that AWS refuses", { ...invoke, Resource: "none" }, {}, "InvalidDefinition"],
    ["JSONPath", { Type: "Pass", End: true }, {}, "NotImplemented"],
    ["an input that is no JSON", invoke, { input: "{" }, "ValidationException"],
    ["variables that are no object", invoke, { variables: "[]" }, "ValidationException"],
    ["a context without a mock", invoke, { context: "{}" }, "ValidationException"],
    ["secrets to be revealed", invoke, { revealSecrets: true }, "NotImplemented"],
    [
      "a Map without a mock",
      {
        ...invoke,
        Type: "Map",
        Resource: undefined,
        Arguments: undefined,
        ItemProcessor: { StartAt: "P", States: { P: { Type: "Pass", End: true } } },
      },
      { input: "[]" },
      "ValidationException",
    ],
  ])("refuses %s", async (_what, state, request, name) => {
    await expect(test(state, request)).rejects.toMatchObject({ name });
  });
});
