import { describe, expect, it } from "vitest";
import { compileMachine } from "../definition/compile-machine.ts";
import { inOrder } from "../testing/lab.ts";
import { validateMachine, type ValidateOptions } from "./validate.ts";

const task = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Arguments: { FunctionName: "f" } };
const machine = (states: Parameters<typeof inOrder>[0]) => ({ QueryLanguage: "JSONata", ...inOrder(states) });
const sdk = (action: string, Arguments = {}) => ({
  Type: "Task",
  Resource: `arn:aws:states:::aws-sdk:ec2:${action}`,
  Arguments,
});
const one = (state: Parameters<typeof inOrder>[0][string]) => machine({ S: state });

function found(definition: unknown, options?: ValidateOptions): string[] {
  return validateMachine(definition, options).map(({ code, path, message }) => `${code} ${path}: ${message}`);
}

describe("a definition that is likely wrong", () => {
  const options: ValidateOptions = {
    knownErrors: new Set(["Lambda.TooManyRequestsException"]),
    isKnownAction: (service, action) => service === "ec2" && action === "runInstances",
    argumentsOf: () => new Set(["MinCount", "MaxCount"]),
  };

  it.each<[string, unknown, string]>([
    [
      "heartbeats no faster than it times out",
      one({ ...task, TimeoutSeconds: 5, HeartbeatSeconds: 5 }),
      "HEARTBEAT_NOT_BELOW_TIMEOUT /States/S/HeartbeatSeconds: " +
        "HeartbeatSeconds (5) must be smaller than TimeoutSeconds (5).",
    ],
    [
      "retries an error that nothing raises",
      one({ ...task, Retry: [{ ErrorEquals: ["Lambda.TooManyRequestsException", "Lambda.TooManyRequests"] }] }),
      "UNKNOWN_ERROR_NAME /States/S/Retry[0]/ErrorEquals[1]: Nothing fails with Lambda.TooManyRequests.",
    ],
    [
      "retries an error that the language does not have",
      one({ ...task, Retry: [{ ErrorEquals: ["States.Timedout"] }] }),
      "UNKNOWN_ERROR_NAME /States/S/Retry[0]/ErrorEquals[0]: Nothing fails with States.Timedout.",
    ],
    [
      "reads a variable that nothing assigns before",
      machine({
        A: { Type: "Pass", Output: "{% $v %}" },
        B: { Type: "Pass", Assign: { v: 1 } },
        C: { Type: "Pass", Output: "{% $v %}" },
      }),
      "UNDEFINED_VARIABLE /States/A/Output: $v is assigned on no way to this state.",
    ],
    [
      "reads a variable that it assigns itself",
      one({ Type: "Pass", Assign: { v: 1, w: "{% $v %}" } }),
      "UNDEFINED_VARIABLE /States/S/Assign/w: $v is assigned on no way to this state.",
    ],
    [
      "reads a variable of a branch outside of it",
      machine({
        P: { Type: "Parallel", Branches: [inOrder({ B: { Type: "Pass", Assign: { v: 1 } } })] },
        C: { Type: "Pass", Output: "{% $v %}" },
      }),
      "UNDEFINED_VARIABLE /States/C/Output: $v is assigned on no way to this state.",
    ],
    [
      "calls a function that is none",
      one({ Type: "Pass", Output: "{% $eval('1') %}" }),
      "UNDEFINED_VARIABLE /States/S/Output: $eval is assigned on no way to this state.",
    ],
    [
      "reads a result where there is none",
      one({ Type: "Pass", Output: "{% $states.result %}" }),
      "UNDEFINED_STATES_FIELD /States/S/Output: $states.result is undefined here, so the state will fail.",
    ],
    [
      "tolerates failures in an inline Map",
      one({ Type: "Map", ToleratedFailureCount: 1, ItemProcessor: inOrder({ P: { Type: "Pass" } }) }),
      "TOLERANCE_IN_INLINE_MAP /States/S: Failure tolerance is documented for Distributed Map only.",
    ],
  ])("because it %s", (_what, definition, expected) => {
    expect(found(definition, options)).toEqual([expected]);
    expect(() => compileMachine(definition)).not.toThrow();
  });

  it("asks its caller which SDK actions there are, and what they take", () => {
    expect(found(one(sdk("runInstances", { MinCount: 1 })), options)).toEqual([]);
    expect(found(one(sdk("runInstance")), options)[0]).toContain("ec2:runInstance is not recognized");
    expect(found(one(sdk("runInstances", { Count: 1 })), options)).toEqual([
      "SCHEMA_VALIDATION_FAILED /States/S/Arguments: The field 'Count' is not supported by Step Functions",
    ]);
  });
});

describe("a sound definition", () => {
  it.each<[string, unknown]>([
    [
      "with variables that one of two ways assigns",
      {
        QueryLanguage: "JSONata",
        StartAt: "C",
        States: {
          C: {
            Type: "Choice",
            Choices: [{ Condition: true, Next: "A", Assign: { v: 1 } }],
            Default: "B",
          },
          A: { Type: "Pass", Next: "B" },
          B: { Type: "Pass", Output: "{% $exists($v) %}", End: true },
        },
      },
    ],
    [
      "with variables that a catcher, and a state around, assign",
      machine({
        T: { ...task, Catch: [{ ErrorEquals: ["E"], Next: "C", Assign: { e: "{% $states.errorOutput %}" } }] },
        C: {
          Type: "Map",
          Items: "{% $e.list %}",
          ItemSelector: "{% $states.context.Map.Item.Value %}",
          ItemProcessor: inOrder({ P: { Type: "Pass", Output: "{% $e %}" } }),
        },
      }),
    ],
    [
      "with names that an expression binds itself",
      one({
        Type: "Pass",
        Output:
          "{% ($a := 1; $f := function($x) { $x + $a }; $states.input.list@$i.{'v': name, 'n': $i.n}^(>v)[$ != 1] " +
          "~> $map($f)) %}",
      }),
    ],
    [
      "with JSONata in one state only",
      { StartAt: "A", States: { A: { Type: "Pass", QueryLanguage: "JSONata", End: true } } },
    ],
    [
      "with a loop",
      {
        QueryLanguage: "JSONata",
        StartAt: "A",
        States: {
          A: { Type: "Choice", Choices: [{ Condition: true, Next: "A" }], Default: "B" },
          B: { Type: "Succeed" },
        },
      },
    ],
  ])("%s has nothing to report", (_what, definition) => {
    expect(found(definition)).toEqual([]);
  });
});
