import { describe, expect, it } from "vitest";
import { aClusterView, aForecastView, anOperationView } from "../testing/views.ts";
import { summaryText, type Summary } from "./summary-text.ts";

const summary = (change: Partial<Summary> = {}): Summary => ({
  forecast: aForecastView({ minutes: 10.21 }),
  operation: anOperationView({ status: "succeeded", step: "Done", endedAt: "2026-03-01T12:10:00.000Z" }),
  cluster: aClusterView({
    status: "ready",
    tiers: [
      { name: "backend", desired: 6, active: 6, states: { active: 6 } },
      { name: "client", desired: 2, active: 2, states: { active: 2 } },
    ],
  }),
  measured: {
    calls: 292,
    callsByOperation: {},
    stateTransitions: 77,
    historyEventsMax: 109,
    largestPayloadBytes: 993,
    lambdaInvocations: 46,
    lambdaGbSeconds: 3.08,
    simulatedSeconds: 600,
  },
  awsUrl: "http://127.0.0.1:4566",
  apiUrl: "http://127.0.0.1:4700",
  staysUp: true,
  realMs: 23_000,
  ...change,
});

const text = (change: Partial<Summary> = {}) => summaryText(summary(change), { hasColor: false, columns: () => 80 });
const nextCommands = (shown: string) => shown.split("\n").filter((line) => /^ {2}(npx|aws) /.test(line));

const failed = anOperationView({
  status: "failed",
  executionArn: "arn:aws:states:us-east-1:000000000000:execution:muster-local-deploy-cluster:demo.1",
  failure: {
    code: "NodesLost",
    what: "Too many nodes died.",
    why: "Three of six (NodesLost).",
    remedy: "Look at them.",
  },
});

describe("the summary", () => {
  it("of a deployment says what it took, what it cost, and what to try next", () => {
    expect(text()).toMatchInlineSnapshot(`
      "
      demo is ready: 6 backend, 2 client nodes are active.
        10m 00s of cloud time (forecast: 10m 13s), 23s of yours.
        77 state transitions, 46 function calls, 292 calls to AWS; the largest payload
        had 993 bytes.
        On AWS, deploying it would have cost $0.00198 of Step Functions and Lambda; it
        would cost $5.48 per hour, $4000.40 a month, to run.

      Try next, from a second terminal:
        npx muster cluster get demo
        aws --endpoint-url http://127.0.0.1:4566 ec2 describe-instances
        npx muster cluster destroy demo --confirm demo

      The AWS CLI wants credentials and a region; any will do:
        export AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_DEFAULT_REGION=us-east-1
      "
    `);
  });

  it("of a failure says what, why and what to do, and names what shows more", () => {
    expect(text({ operation: failed, cluster: undefined })).toMatchInlineSnapshot(`
      "
      error: Too many nodes died.
        why: Three of six (NodesLost).
        do:  Look at them.

        10m 00s of cloud time (forecast: 10m 13s), 23s of yours.
        77 state transitions, 46 function calls, 292 calls to AWS; the largest payload
        had 993 bytes.
        On AWS, deploying it would have cost $0.00198 of Step Functions and Lambda; it
        would cost $5.48 per hour, $4000.40 a month, to run.

      Try next, from a second terminal:
        npx muster operation get demo.01K0000000000000000000000A
        aws --endpoint-url http://127.0.0.1:4566 stepfunctions get-execution-history --execution-arn arn:aws:states:us-east-1:000000000000:execution:muster-local-deploy-cluster:demo.1
        aws --endpoint-url http://127.0.0.1:4566 ec2 describe-instances

      The AWS CLI wants credentials and a region; any will do:
        export AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_DEFAULT_REGION=us-east-1
      "
    `);
  });

  it("of a failure that left something names what removes it", () => {
    expect(nextCommands(text({ operation: failed })).at(-1)).toBe("  npx muster cluster destroy demo --confirm demo");
  });

  it("names the API where it is not at its usual place", () => {
    expect(nextCommands(text({ apiUrl: "http://127.0.0.1:5700" }))[0]).toBe(
      "  npx muster cluster get demo --api http://127.0.0.1:5700",
    );
  });

  it("of a cloud that is gone says how to have one that stays", () => {
    expect(text({ staysUp: false })).toContain("Try next, with npm start, which stays up:\n");
  });

  it.each([
    ["success", {}],
    ["failure", { operation: failed }],
    ["failure with nothing left", { operation: failed, cluster: undefined }],
    ["refusal before any execution", { operation: anOperationView({ status: "refused", failure: failed.failure! }) }],
  ])("names three commands after %s", (_, change) => {
    expect(nextCommands(text(change))).toHaveLength(3);
  });
});
