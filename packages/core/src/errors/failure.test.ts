import { describe, expect, it } from "vitest";
import { failureOf, failureText, readFailure } from "./failure.ts";
import { MusterError } from "./muster-error.ts";

const busy = new MusterError("ClusterBusy", {
  what: "It is busy.",
  why: "Someone works (ClusterBusy).",
  remedy: "Wait.",
});
const lines = { code: "ClusterBusy", what: "It is busy.", why: "Someone works (ClusterBusy).", remedy: "Wait." };
const fromLambda = {
  Error: "ClusterBusy",
  Cause: JSON.stringify({ errorType: "ClusterBusy", errorMessage: busy.message, trace: [] }),
};
const nested = (inner: { Error: string; Cause: string }) => ({
  Error: "States.TaskFailed",
  Cause: JSON.stringify({ ExecutionArn: "arn:aws:states:us-east-1:1:execution:m:e", Status: "FAILED", ...inner }),
});

describe("an error that comes back from Step Functions", () => {
  it("is read from a function's payload", () => {
    expect(readFailure(fromLambda)).toEqual(lines);
  });

  it("is read through nested workflows", () => {
    expect(readFailure(nested(nested(fromLambda)))).toEqual(lines);
  });

  it("is read from a Fail state and from a task token's failure, whose cause is the text itself", () => {
    expect(readFailure({ Error: "ClusterBusy", Cause: failureText(failureOf(busy)) })).toEqual(lines);
  });

  it("keeps a name that it does not know, and says where to look", () => {
    const failure = readFailure({
      Error: "TypeError",
      Cause: JSON.stringify({ errorType: "TypeError", errorMessage: "x is not a function" }),
    });
    expect(failure).toMatchObject({ code: "TypeError", why: "TypeError: x is not a function" });
    expect(failure.remedy).toContain("history");
  });

  it.each([{ Error: "States.Timeout" }, { Error: "States.HeartbeatTimeout" }])("explains $Error", (output) => {
    expect(readFailure(output).what).toContain("longer than it may");
  });

  it.each([{}, { Error: "X", Cause: "{not json" }, { Error: "X", Cause: "{}" }, { Error: "X", Cause: "" }])(
    "does not stumble over %j",
    (output) => {
      expect(readFailure(output).what).not.toBe("");
    },
  );
});
