import { describe, expect, it } from "vitest";
import { compileMachine, InvalidDefinitionError } from "../definition/compile-machine.ts";
import { inOrder } from "../testing/lab.ts";
import { isAwsDiagnostic } from "./diagnostic.ts";
import { validateMachine } from "./validate.ts";

const task = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Arguments: { FunctionName: "f" } };
const machine = (states: Parameters<typeof inOrder>[0]) => ({ QueryLanguage: "JSONata", ...inOrder(states) });
const one = (state: Parameters<typeof inOrder>[0][string]) => machine({ S: state });

function found(definition: unknown): string[] {
  return validateMachine(definition).map(({ code, path, message }) => `${code} ${path}: ${message}`);
}

describe("a definition that AWS refuses", () => {
  it.each<[string, unknown, string]>([
    ["is no object", [], "SCHEMA_VALIDATION_FAILED /: Expected value of type [OBJECT]"],
    ["has no StartAt", { States: {} }, "SCHEMA_VALIDATION_FAILED /: These fields are required: [StartAt]"],
    [
      "has another field",
      { ...one({ Type: "Pass" }), Timeout: 1 },
      "SCHEMA_VALIDATION_FAILED /: Field 'Timeout' is not supported",
    ],
    [
      "has a timeout that is none",
      { ...one({ Type: "Pass" }), TimeoutSeconds: 0 },
      "SCHEMA_VALIDATION_FAILED /TimeoutSeconds: Minimum value is 1",
    ],
    [
      "names another language",
      { ...one({ Type: "Pass" }), QueryLanguage: "XPath" },
      "SCHEMA_VALIDATION_FAILED /QueryLanguage: Value should be one of the following: [JSONPath, JSONata]",
    ],
    [
      "goes back to JSONPath in a state",
      one({ Type: "Pass", QueryLanguage: "JSONPath" }),
      "SCHEMA_VALIDATION_FAILED /States/S: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
    ],
    [
      "starts nowhere",
      { ...one({ Type: "Pass" }), StartAt: "Elsewhere" },
      "MISSING_TRANSITION_TARGET /StartAt: Missing 'Next' target: Elsewhere",
    ],
    [
      "leads nowhere",
      one({ Type: "Choice", Choices: [{ Condition: true, Next: "Gone" }], Default: "S" }),
      "MISSING_TRANSITION_TARGET /States/S/Choices[0]/Next: Missing 'Next' target: Gone",
    ],
    [
      "never ends",
      { QueryLanguage: "JSONata", StartAt: "A", States: { A: { Type: "Pass", Next: "A" } } },
      "MISSING_END_STATE undefined: Workflow has no terminal state",
    ],
    [
      "has a state that cannot be reached",
      { QueryLanguage: "JSONata", StartAt: "A", States: { A: { Type: "Succeed" }, B: { Type: "Succeed" } } },
      'MISSING_TRANSITION_TARGET /States/B: State "B" is not reachable.',
    ],
    [
      "has two states of one name",
      machine({
        A: { Type: "Pass" },
        P: { Type: "Parallel", Branches: [inOrder({ A: { Type: "Pass" } })] },
      }),
      "DUPLICATE_STATE_NAME /States/P/Branches[0]/States/A: Duplicate State name: A",
    ],
    [
      "has a name of 81 characters",
      machine({ ["n".repeat(81)]: { Type: "Pass" } }),
      `INVALID_STATE_NAME /States/${"n".repeat(81)}: State name '${"n".repeat(81)}' exceeds the 80-character limit ` +
        "allowed by the service",
    ],
    [
      "has a type that is none",
      one({ Type: "Loop" }),
      "SCHEMA_VALIDATION_FAILED /States/S/Type: Value should be one of the following: " +
        "[Task, Pass, Choice, Wait, Succeed, Fail, Parallel, Map]",
    ],
    [
      "has a JSONPath field",
      one({ Type: "Pass", ResultPath: "$.x" }),
      "SCHEMA_VALIDATION_FAILED /States/S: The QueryLanguage is set to 'JSONata', but field 'ResultPath' is only " +
        "supported for the 'JSONPath' QueryLanguage",
    ],
    [
      "has a JSONata field in a JSONPath state",
      inOrder({ S: { Type: "Pass", Output: 1 } }),
      "SCHEMA_VALIDATION_FAILED /States/S: The QueryLanguage is set to 'JSONPath', but field 'Output' is only " +
        "supported for the 'JSONata' QueryLanguage",
    ],
    [
      "neither goes on nor ends",
      { QueryLanguage: "JSONata", StartAt: "S", States: { S: { Type: "Pass" } } },
      "SCHEMA_VALIDATION_FAILED /States/S: This object should have only one of the following fields: [Next, End]",
    ],
    [
      "goes on and ends",
      one({ Type: "Pass", Next: "S" }),
      "SCHEMA_VALIDATION_FAILED /States/S: There should only be one of the following fields: [Next, End]",
    ],
    [
      "waits for two things",
      one({ Type: "Wait", Seconds: 1, Timestamp: "2025-01-01T00:00:00Z" }),
      "SCHEMA_VALIDATION_FAILED /States/S: There should only be one of the following fields: " +
        "[SecondsPath, Seconds, TimestampPath, Timestamp]",
    ],
    [
      "waits until no instant",
      one({ Type: "Wait", Timestamp: "tomorrow" }),
      "SCHEMA_VALIDATION_FAILED /States/S/Timestamp: String does not match RFC3339 timestamp",
    ],
    [
      "has Credentials without a role",
      one({ ...task, Credentials: { Role: "r" } }),
      "SCHEMA_VALIDATION_FAILED /States/S/Credentials: The field 'RoleArn' is required but was missing",
    ],
    [
      "has no Resource",
      one({ Type: "Task" }),
      "SCHEMA_VALIDATION_FAILED /States/S: These fields are required: [Resource]",
    ],
    [
      "asks nothing that exists",
      one({ ...task, Resource: "arn:aws:states:::toaster:invoke" }),
      "SCHEMA_VALIDATION_FAILED /States/S/Resource: The resource provided arn:aws:states:::toaster:invoke is not " +
        "recognized. The value is not a valid resource ARN, or the resource is not available in this region.",
    ],
    [
      "asks in a way that the service does not have",
      one({ ...task, Resource: "arn:aws:states:::lambda:invoke.sync" }),
      "SCHEMA_VALIDATION_FAILED /States/S/Resource: The resource provided arn:aws:states:::lambda:invoke.sync is not " +
        "recognized. The value is not a valid resource ARN, or the resource is not available in this region.",
    ],
    [
      "asks for an action that the service does not have",
      one({ ...task, Resource: "arn:aws:states:::lambda:call" }),
      "SCHEMA_VALIDATION_FAILED /States/S/Resource: The resource provided arn:aws:states:::lambda:call is not " +
        "recognized. The value is not a valid resource ARN, or the resource is not available in this region.",
    ],
    [
      "asks without what the action needs",
      one({ ...task, Arguments: { Payload: {} } }),
      "SCHEMA_VALIDATION_FAILED /States/S/Arguments: The field 'FunctionName' is required but was missing",
    ],
    [
      "asks with what the action does not take",
      one({ ...task, Arguments: { FunctionName: "f", payload: {} } }),
      "SCHEMA_VALIDATION_FAILED /States/S/Arguments: The field 'payload' is not supported by Step Functions",
    ],
    [
      "asks no ARN",
      one({ ...task, Resource: "f" }),
      "SCHEMA_VALIDATION_FAILED /States/S/Resource: Value is not a valid resource ARN",
    ],
    [
      "has a retrier of nothing",
      one({ ...task, Retry: [{ ErrorEquals: [] }] }),
      "SCHEMA_VALIDATION_FAILED /States/S/Retry[0]/ErrorEquals: Value cannot be empty",
    ],
    [
      "has a backoff that shrinks",
      one({ ...task, Retry: [{ ErrorEquals: ["E"], BackoffRate: 0.5 }] }),
      "SCHEMA_VALIDATION_FAILED /States/S/Retry[0]/BackoffRate: Minimum value is 1",
    ],
    [
      "catches to nowhere",
      one({ ...task, Catch: [{ ErrorEquals: ["E"] }] }),
      "SCHEMA_VALIDATION_FAILED /States/S/Catch[0]: These fields are required: [Next]",
    ],
    [
      "has States.ALL with others",
      one({ ...task, Retry: [{ ErrorEquals: ["E", "States.ALL"] }] }),
      "SCHEMA_VALIDATION_FAILED /States/S/Retry[0]/ErrorEquals: States.ALL must appear alone and at end of list",
    ],
    [
      "has States.ALL before others",
      one({ ...task, Retry: [{ ErrorEquals: ["States.ALL"] }, { ErrorEquals: ["E"] }] }),
      "SCHEMA_VALIDATION_FAILED /States/S/Retry[0]/ErrorEquals: States.ALL must appear alone and at end of list",
    ],
    [
      "has broken JSONata",
      one({ Type: "Pass", Output: { a: "{% 1 + %}" } }),
      "INVALID_JSONATA_EXPRESSION /States/S/Output/a: Unexpected end of expression",
    ],
    [
      "has JSONata that does not end",
      one({ Type: "Pass", Output: "{% 1" }),
      "SCHEMA_VALIDATION_FAILED /States/S/Output: JSONata string must start with {% and end with %}",
    ],
    [
      "reads a bare name",
      one({ Type: "Pass", Output: "{% input.x %}" }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output: Reference to 'input' at the top level is not supported.",
    ],
    [
      "reads $",
      one({ Type: "Pass", Output: "{% $.x %}" }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output: Reference to '$' at the top level is not supported.",
    ],
    [
      "reads $$",
      one({ Type: "Pass", Output: "{% $states.input.($$.x) %}" }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output: Reference to '$$' is not supported.",
    ],
    [
      "reads an error where there is none",
      one({ Type: "Pass", Output: "{% $states.errorOutput %}" }),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output: Field '$states.errorOutput' does not exist.",
    ],
    [
      "assigns a variable of the states around it",
      machine({
        A: { Type: "Pass", Assign: { v: 1 } },
        P: { Type: "Parallel", Branches: [inOrder({ B: { Type: "Pass", Assign: { v: 2 } } })] },
      }),
      "DUPLICATE_VARIABLE_NAME /States/P/Branches[0]/States/B/Assign/v: " +
        "The variable name 'v' was already defined in a parent scope.",
    ],
    [
      "assigns no name",
      one({ Type: "Pass", Assign: { "a-b": 1 } }),
      "SCHEMA_VALIDATION_FAILED /States/S/Assign/a-b: Invalid variable name: a-b",
    ],
  ])("because it %s", (_what, definition, expected) => {
    expect(found(definition)).toContain(expected);
    expect(validateMachine(definition).filter(isAwsDiagnostic).length).toBeGreaterThan(0);
    expect(() => compileMachine(definition)).toThrow(InvalidDefinitionError);
  });

  it("lists all that is wrong with its types, and nothing else while they are", () => {
    const definition = { ...one({ Type: "Wait", Seconds: -1, Next: "Gone", Foo: 1 }), StartAt: "Nowhere" };
    expect(found(definition)).toEqual([
      "SCHEMA_VALIDATION_FAILED /States/S/Seconds: Minimum value is 0",
      "SCHEMA_VALIDATION_FAILED /States/S: Field 'Foo' is not supported",
      "SCHEMA_VALIDATION_FAILED /States/S: There should only be one of the following fields: [Next, End]",
    ]);
  });

  it("is named in the text of InvalidDefinition", () => {
    expect(() => compileMachine({ States: {} })).toThrow(
      "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt] at /'",
    );
    expect(() =>
      compileMachine({ QueryLanguage: "JSONata", StartAt: "A", States: { A: { Type: "Pass", Next: "A" } } }),
    ).toThrow("Invalid State Machine Definition: 'MISSING_END_STATE: Workflow has no terminal state at null'");
  });
});

describe("a definition that AWS takes and this interpreter does not", () => {
  it.each<[string, unknown, string]>([
    ["JSONPath", inOrder({ S: { Type: "Pass" } }), "UNSUPPORTED_QUERY_LANGUAGE"],
    [
      "JSONPath in one state",
      inOrder({ S: { Type: "Pass", QueryLanguage: "JSONata" }, T: { Type: "Pass" } }),
      "UNSUPPORTED_QUERY_LANGUAGE",
    ],
    [
      "a Distributed Map",
      one({
        Type: "Map",
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          ...inOrder({ P: { Type: "Pass" } }),
        },
      }),
      "UNSUPPORTED_DISTRIBUTED_MAP",
    ],
    [
      "an ItemReader",
      one({
        Type: "Map",
        ItemReader: { Resource: "arn:aws:states:::s3:getObject" },
        ItemProcessor: inOrder({ P: { Type: "Pass" } }),
      }),
      "UNSUPPORTED_DISTRIBUTED_MAP",
    ],
  ])("is one with %s", (_what, definition, code) => {
    const diagnostics = validateMachine(definition);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(diagnostics.some(isAwsDiagnostic)).toBe(false);
    expect(() => compileMachine(definition)).toThrow(InvalidDefinitionError);
  });
});
