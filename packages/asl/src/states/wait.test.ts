import { describe, expect, it } from "vitest";
import { inOrder, Lab, resultOf } from "../testing/lab.ts";

describe("a Wait", () => {
  it.each([
    [{ Seconds: 0 }, 0],
    [{ Seconds: 7 }, 7],
    [{ Seconds: "{% $states.input.delay * 2 %}" }, 10],
    [{ Timestamp: "2025-01-01T00:01:00Z" }, 60],
    [{ Timestamp: "2024-01-01T00:00:00Z" }, 0],
    [{ Timestamp: "{% $fromMillis($millis() + 30000) %}" }, 30],
  ])("with %j takes %d seconds, and hands its input on", async (until, seconds) => {
    const lab = new Lab();
    const execution = await lab.run(inOrder({ W: { Type: "Wait", ...until } }), { delay: 5 });
    expect(lab.seconds).toBe(seconds);
    expect(execution.output).toEqual({ delay: 5 });
  });

  it("evaluates its Output and Assign when it has waited", async () => {
    const lab = new Lab();
    const execution = await lab.run(
      inOrder({
        W: { Type: "Wait", Seconds: 3, Output: "{% $now() %}", Assign: { at: "{% $now() %}" } },
        P: { Type: "Pass", Output: "{% [$states.input, $at] %}" },
      }),
    );
    expect(execution.output).toEqual(["2025-01-01T00:00:03.000Z", "2025-01-01T00:00:03.000Z"]);
  });

  it.each([
    [{ Seconds: "{% -1 %}" }, "The field 'Seconds' must be an integer between 0 and 99999999, but was: -1", "Seconds"],
    [
      { Seconds: "{% '5' %}" },
      "The JSONata expression ''5'' specified for the field 'Seconds' returned an unexpected result type. " +
        "Expected 'number', but was 'string' for value: \"5\"",
      "Seconds",
    ],
    [
      { Timestamp: "{% 'soon' %}" },
      "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: soon",
      "Timestamp",
    ],
  ])("with %j fails: %s", async (until, message, location) => {
    const execution = await new Lab().run(inOrder({ W: { Type: "Wait", ...until } }));
    const cause = `An error occurred while executing the state 'W' (entered at the event id #2). ${message}`;
    expect(resultOf(execution)).toEqual({ status: "FAILED", error: "States.QueryEvaluationError", cause });
    expect(execution.history[2]).toMatchObject({
      type: "EvaluationFailed",
      evaluationFailedEventDetails: { error: "States.QueryEvaluationError", cause, location, state: "W" },
    });
  });
});
