import { describe, expect, it } from "vitest";
import type { JsonObject } from "../json.ts";
import { Lab, resultOf } from "../testing/lab.ts";

const sorter = (choice: JsonObject) => ({
  StartAt: "C",
  States: {
    C: { Type: "Choice", Assign: { way: "default" }, Output: "by default", Default: "D", ...choice },
    A: { Type: "Pass", Output: "{% ['A', $way, $states.input] %}", End: true },
    D: { Type: "Pass", Output: "{% ['D', $exists($way) ? $way : 'none', $states.input] %}", End: true },
  },
});

describe("a Choice", () => {
  const rules = [
    { Condition: "{% $states.input.n = 1 %}", Next: "A", Output: "one", Assign: { way: "first" } },
    { Condition: "{% $states.input.n < 3 %}", Next: "A", Assign: { way: "second" } },
    { Condition: true, Next: "D" },
  ];

  it.each([
    [1, ["A", "first", "one"]],
    [2, ["A", "second", { n: 2 }]],
    [3, ["D", "none", { n: 3 }]],
  ])("goes by its first true rule, with that rule's Output and Assign alone: %j gives %j", async (n, output) => {
    expect((await new Lab().run(sorter({ Choices: rules }), { n })).output).toEqual(output);
  });

  it("goes by its Default, with its own Output and Assign, when no rule is true", async () => {
    const execution = await new Lab().run(sorter({ Choices: [{ Condition: "{% false %}", Next: "A" }] }));
    expect(execution.output).toEqual(["D", "default", "by default"]);
  });

  it("fails with States.Runtime when no rule is true and there is no Default", async () => {
    const execution = await new Lab().run({
      StartAt: "C",
      States: {
        C: { Type: "Choice", Choices: [{ Condition: false, Next: "A" }] },
        A: { Type: "Succeed" },
      },
    });
    expect(resultOf(execution)).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause:
        "An error occurred while executing the state 'C' (entered at the event id #2). " +
        "Failed to transition out of the state. The state does not point to a next state.",
    });
  });

  it.each([
    ["1", "returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1"],
    ["$states.input.none", "returned nothing (undefined)."],
  ])("fails when a rule's condition is %s", async (expression, message) => {
    const execution = await new Lab().run(
      sorter({ Choices: [rules[0] ?? {}, { Condition: `{% ${expression} %}`, Next: "A" }] }),
    );
    expect(execution.error).toBe("States.QueryEvaluationError");
    expect(execution.cause).toContain(
      `The JSONata expression '${expression}' specified for the field 'Choices[1]/Condition' ${message}`,
    );
  });
});
