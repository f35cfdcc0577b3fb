import { describe, expect, it } from "vitest";
import { machinesIn, wrongInMachines } from "./error-names.ts";
import { sourceFiles } from "./source-files.ts";

const path = "statemachines/a/machine.asl.json";
const machine = (definition: object) => ({
  path,
  text: JSON.stringify({ Comment: 'Does a thing. Input: {"name": "x"}.', StartAt: "A", ...definition }),
});
const lambda = "arn:aws:states:::lambda:invoke";
const nested = "arn:aws:states:::states:startExecution.sync:2";
const task = (Resource: string, error: string, field = "Catch") => ({
  Type: "Task",
  Resource,
  [field]: [{ ErrorEquals: ["States.Timeout", error], Next: "A" }],
});
const map = (error: string, inner: object) => ({
  Type: "Map",
  ItemProcessor: { StartAt: "B", States: { B: inner } },
  Catch: [{ ErrorEquals: [error], Next: "A" }],
});

describe("the machines", () => {
  it("name only errors that can come, each state once, and say what they are started with", () => {
    const files = sourceFiles();
    expect(machinesIn(files).length).toBeGreaterThanOrEqual(5);
    expect(wrongInMachines(files)).toEqual([]);
  });

  it.each([
    { error: "MadeUp", A: task(lambda, "MadeUp") },
    { error: "MadeUp", A: task(lambda, "MadeUp", "Retry") },
    { error: "States.MadeUp", A: task(lambda, "States.MadeUp") },
    { error: "States.Runtime", A: task(lambda, "States.Runtime") },
    { error: "Lambda.MadeUpException", A: task(lambda, "Lambda.MadeUpException") },
    { error: "StepFunctions.SdkClientException", A: task(lambda, "StepFunctions.SdkClientException") },
    { error: "Lambda.Unknown", A: task(nested, "Lambda.Unknown") },
    { error: "HookFailed", A: task(nested, "HookFailed") },
    { error: "NodesNeedRelaunch", A: map("NodesNeedRelaunch", { Type: "Fail", Error: "Another" }) },
  ])("are refused where nothing fails with $error", ({ error, A }) => {
    expect(wrongInMachines([machine({ States: { A } })])).toEqual([`${path}: nothing in "A" fails with ${error}`]);
  });

  it("are refused for an error that is made up in a state of a state", () => {
    const A = map("States.ALL", task(lambda, "MadeUp"));
    expect(wrongInMachines([machine({ States: { A } })])).toEqual([`${path}: nothing in "B" fails with MadeUp`]);
  });

  it.each([
    task(lambda, "HookFailed"),
    task(lambda, "Sandbox.Timedout", "Retry"),
    task(`${lambda}.waitForTaskToken`, "OperationCancelled"),
    task(nested, "StepFunctions.ExecutionAlreadyExistsException"),
    map("NodesNeedRelaunch", { Type: "Fail", Error: "NodesNeedRelaunch" }),
    map("HookFailed", { Type: "Task", Resource: lambda }),
  ])("may name an error that can come: %j", (A) => {
    expect(wrongInMachines([machine({ States: { A } })])).toEqual([]);
  });

  it("are refused where two states have one name, in one block or in two", () => {
    const inner = map("States.ALL", { Type: "Pass", End: true });
    expect(wrongInMachines([machine({ States: { A: inner, B: { Type: "Pass", End: true } } })])).toEqual([
      `${path}: two states are called "B"`,
    ]);
    const text = '{"Comment": "{x}", "StartAt": "A", "States": {"A": {"Type": "Pass"}, "A": {"Type": "Succeed"}}}';
    expect(wrongInMachines([{ path, text }])).toEqual([expect.stringMatching(/Map keys must be unique/)]);
  });

  const reads = (Comment: string | undefined, input = "$states.context.Execution.Input.tier") =>
    machine({ Comment, States: { A: { Type: "Pass", Output: `{% ${input} %}`, End: true } } });

  it.each([
    [reads(undefined), "the machine has no Comment"],
    [reads("Does a thing."), "no Comment shows the input"],
    [reads("Does a thing: {operation, tiers}."), "no Comment shows tier, which the machine reads from its input"],
  ])("are refused when they do not say what they are started with: %j", (file, wrong) => {
    expect(wrongInMachines([file])).toEqual([`${path}: ${wrong}`]);
  });

  it.each([
    reads("Does a thing: {operation, tier}."),
    reads('Input: {"spec": {...}}', "$states.context.Execution.Input"),
  ])("are fine when they do: %j", (file) => {
    expect(wrongInMachines([file])).toEqual([]);
  });
});
