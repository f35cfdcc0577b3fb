import { startedBy } from "@muster/lambda";
import * as z from "zod/mini";

/** From a workflow's first state: which execution asks, and what a person or the API gave it. */
export const admitOperationInput = z.strictObject({
  kind: z.enum(["deploy", "destroy"]),
  execution: z.strictObject({ arn: z.string(), name: z.string() }),
  /** The execution's own input: `{ spec }` to deploy, `{ cluster, confirm }` to destroy. */
  input: z.unknown(),
});

export const deployInput = z.strictObject({ spec: z.unknown(), ...startedBy });

export const destroyInput = z.strictObject({
  cluster: z.string(),
  /** The cluster's name once more: destroying deletes its data. */
  confirm: z.string(),
  ...startedBy,
});
