import { describe, expect, it } from "vitest";
import { inOrder, Lab, runState } from "../testing/lab.ts";

describe("a Pass", () => {
  it.each([
    [{}, { a: 1 }],
    [{ Output: null }, null],
    [
      { Output: { b: ["{% $states.input.a %}", " {% kept %}"], "c.$": "$.a" } },
      { b: [1, " {% kept %}"], "c.$": "$.a" },
    ],
    [{ Output: "{% $states.context.State.Name %}" }, "State"],
    [{ Output: { "{% key %}": 1 } }, { "{% key %}": 1 }],
  ])("with %j hands on %j", async (state, output) => {
    expect(await runState({ Type: "Pass", ...state }, { a: 1 })).toEqual({ status: "SUCCEEDED", output });
  });

  it.each([
    [{ Output: { a: [1, { b: "{% $none %}" }] } }, "Output/a[1]/b", "returned nothing (undefined)."],
    [{ Assign: { v: "{% $none %}" } }, "Assign/v", "returned nothing (undefined)."],
    [{ Output: "{% $sum %}" }, "Output", "returned an unsupported result type."],
  ])("with %j fails at %s: %s", async (state, location, message) => {
    const execution = await new Lab().run(inOrder({ P: { Type: "Pass", ...state } }));
    expect(execution.history[2]).toMatchObject({ evaluationFailedEventDetails: { location, state: "P" } });
    expect(execution.cause).toContain(`specified for the field '${location}' ${message}`);
  });
});

describe("variables", () => {
  it("are seen by the states after the one that assigns them, not by its own Output", async () => {
    const execution = await new Lab().run(
      inOrder({
        A: { Type: "Pass", Assign: { n: 1 } },
        B: { Type: "Pass", Assign: { n: "{% $n + 1 %}", before: "{% $n %}" }, Output: "{% $n %}" },
        C: { Type: "Pass", Output: "{% [$states.input, $n, $before] %}" },
      }),
    );
    expect(execution.output).toEqual([1, 2, 1]);
  });

  it("of a branch or an iteration stay in it, and those around it can be read there", async () => {
    const execution = await new Lab().run(
      inOrder({
        A: { Type: "Pass", Assign: { outer: 1 } },
        P: {
          Type: "Parallel",
          Branches: [
            inOrder({
              B: { Type: "Pass", Assign: { inner: "{% $outer + 1 %}" } },
              B2: { Type: "Pass", Output: "{% $inner %}" },
            }),
            inOrder({
              C: { Type: "Pass", Assign: { inner: 5 } },
              C2: { Type: "Pass", Output: "{% $inner + $outer %}" },
            }),
          ],
          Assign: { outer: "{% $states.result[0] %}" },
        },
        M: {
          Type: "Map",
          Items: [1, 2],
          ItemProcessor: inOrder({
            D: { Type: "Pass", Assign: { item: "{% $states.input * $outer %}" } },
            D2: { Type: "Pass", Output: "{% $item %}" },
          }),
          Output: {
            p: "{% $states.input %}",
            m: "{% $states.result %}",
            left: "{% $exists($item) or $exists($inner) %}",
          },
        },
      }),
    );
    expect(execution.output).toEqual({ p: [2, 6], m: [2, 4], left: false });
  });
});

describe("a Fail", () => {
  it.each([
    [
      { Error: "E", Cause: "c" },
      { error: "E", cause: "c" },
    ],
    [{ Error: "{% $states.input.name %}" }, { error: "From input" }],
    [{}, {}],
  ])("with %j ends with %j", async (state, expected) => {
    expect(await runState({ Type: "Fail", ...state }, { name: "From input" })).toEqual({
      status: "FAILED",
      ...expected,
    });
  });

  it("can be caught around its branch", async () => {
    const execution = await new Lab().run(
      inOrder({
        P: {
          Type: "Parallel",
          Branches: [inOrder({ F: { Type: "Fail", Error: "E", Cause: "c" } })],
          Catch: [
            {
              ErrorEquals: ["E"],
              Next: "C",
              Output: { caught: "{% $states.errorOutput %}", was: "{% $states.input %}" },
            },
          ],
        },
        C: { Type: "Pass" },
      }),
      7,
    );
    expect(execution.output).toEqual({ caught: { Error: "E", Cause: "c" }, was: 7 });
  });
});
