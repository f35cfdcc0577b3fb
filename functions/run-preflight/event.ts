import { operationRef } from "@muster/lambda";
import * as z from "zod/mini";

export const runPreflightInput = z.strictObject({ operation: operationRef });
