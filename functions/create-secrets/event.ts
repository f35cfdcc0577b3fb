import { operationRef } from "@muster/lambda";
import * as z from "zod/mini";

export const createSecretsInput = z.strictObject({ operation: operationRef });
