import { operationRef } from "@muster/lambda";
import * as z from "zod/mini";

export const launchNodesInput = z.strictObject({ operation: operationRef, tier: z.string() });
