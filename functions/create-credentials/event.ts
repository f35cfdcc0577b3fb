import { operationRef } from "@muster/lambda";
import * as z from "zod/mini";

export const createCredentialsInput = z.strictObject({ operation: operationRef });
