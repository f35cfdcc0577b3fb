import { notImplemented } from "../refusal.ts";

/**
 * The parameters that expressions replaced in 2014. AWS still takes them; nothing new should.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
 */
const LEGACY = [
  "AttributesToGet",
  "AttributeUpdates",
  "ConditionalOperator",
  "Expected",
  "KeyConditions",
  "QueryFilter",
  "ScanFilter",
] as const;

/** Refuses a request that uses one of them, by name. */
export function refuseLegacy(operation: string, input: object): void {
  const used = LEGACY.find((parameter) => Object.hasOwn(input, parameter));
  if (used !== undefined) throw notImplemented(`${operation} with the legacy parameter ${used}`);
}
