import { operationRef, startedBy } from "@muster/lambda";
import * as z from "zod/mini";

/** The whole input of run-hook. */
export const sendHookInput = z.strictObject({
  operation: operationRef,
  tier: z.string(),
  hook: z.string(),
  ...startedBy,
});
