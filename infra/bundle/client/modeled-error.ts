import { TypeRegistry } from "@smithy/core/schema";
import type { StaticErrorSchema } from "@smithy/types";

/**
 * Makes an exception class known to the protocols, and answers it. The SDK does so for all classes of a service at once;
 * a bundle has those that its code names.
 */
export function modeled<C>(schema: StaticErrorSchema, Exception: C): C {
  TypeRegistry.for(schema[1]).registerError(schema, Exception);
  return Exception;
}
