import { operationRef, startedBy } from "@muster/lambda";
import * as z from "zod/mini";

/** The whole input of grow-tier. */
export const launchNodesInput = z.strictObject({ operation: operationRef, tier: z.string(), ...startedBy });
