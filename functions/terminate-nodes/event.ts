import { operationRef } from "@muster/lambda";
import * as z from "zod/mini";

export const terminateNodesInput = z.strictObject({
  operation: operationRef,
  /** All instances of the cluster, or those that this operation launched. */
  scope: z.enum(["cluster", "operation"]),
});
