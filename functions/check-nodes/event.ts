import { operationRef } from "@muster/lambda";
import * as z from "zod/mini";

export const checkNodesInput = z.strictObject({ operation: operationRef });
