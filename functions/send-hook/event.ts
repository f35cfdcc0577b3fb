import { operationRef } from "@muster/lambda";
import * as z from "zod/mini";

export const sendHookInput = z.strictObject({ operation: operationRef, tier: z.string(), hook: z.string() });
