import { findingView, operationView } from "@muster/core";
import * as z from "zod/mini";

const count = z.int().check(z.gte(0));

/** What `muster local start --json` prints: nothing less, and nothing more. */
export const startResult = z.strictObject({
  cluster: z.strictObject({
    name: z.string(),
    status: z.string(),
    tiers: z.array(z.strictObject({ name: z.string(), desired: count, active: count })),
  }),
  operation: operationView,
  findings: z.array(findingView),
  measured: z.strictObject({
    calls: count,
    callsByOperation: z.record(z.string().check(z.regex(/^[a-z0-9]+:[A-Z]\w+$/)), count),
    stateTransitions: count,
    historyEventsMax: count,
    largestPayloadBytes: count,
    lambdaInvocations: count,
    lambdaGbSeconds: z.number().check(z.gte(0)),
    simulatedSeconds: count,
  }),
});
