import { operationRef } from "@muster/lambda";
import * as z from "zod/mini";

/** `$states.errorOutput` of the state that failed. */
const errorOutput = z.looseObject({ Error: z.optional(z.string()), Cause: z.optional(z.string()) });

export const finishOperationInput = z.strictObject({
  operation: operationRef,
  outcome: z.enum(["succeeded", "failed"]),
  /** Why it failed. */
  error: z.optional(errorOutput),
  /** Why putting things back failed, when it did. */
  undoError: z.optional(errorOutput),
  /** What it launched was kept, as the spec asks. */
  kept: z.optional(z.boolean()),
});
