import { operationRef, startedBy } from "@muster/lambda";
import * as z from "zod/mini";

/** The whole input of remove-nodes. */
export const terminateNodesInput = z.strictObject({
  operation: operationRef,
  /** All instances of the cluster, or those that this operation launched. */
  scope: z.enum(["cluster", "operation"]),
  ...startedBy,
});
