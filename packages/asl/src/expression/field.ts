import { jsonType, type Json } from "../json.ts";
import { ExpressionError, type Bindings, type Expression } from "./expression.ts";
import { toJson, UnsupportedResultError } from "./to-json.ts";

/**
 * A field could not be evaluated: what AWS reports as States.QueryEvaluationError. The message is AWS's sentence,
 * without the part that names the state; TestState shows it as it is.
 */
export class QueryError extends Error {
  override readonly name = "QueryError";
  /** Where in the state, as in `Arguments/Payload/id`; absent when the fault is not a field's. */
  readonly location: string | undefined;

  constructor(message: string, location?: string) {
    super(message);
    this.location = location;
  }
}

export type ExpectedType = "array" | "boolean" | "number" | "string";

/**
 * Evaluates the expression of one field to JSON.
 * @throws {QueryError} when it throws, gives nothing, or gives a function
 */
export async function evaluateField(expression: Expression, field: string, bindings: Bindings): Promise<Json> {
  const result = await evaluateRaw(expression, field, bindings);
  if (result === undefined) throw new QueryError(`${sentence(expression, field)} returned nothing (undefined).`, field);
  try {
    return toJson(result);
  } catch (error) {
    if (!(error instanceof UnsupportedResultError)) throw error;
    throw new QueryError(`${sentence(expression, field)} returned an unsupported result type.`, field);
  }
}

/**
 * As `evaluateField`, for a field that takes one type.
 * @throws {QueryError}
 */
export async function evaluateTyped(
  expression: Expression,
  field: string,
  bindings: Bindings,
  expected: ExpectedType,
): Promise<Json> {
  const value = await evaluateField(expression, field, bindings);
  const actual = jsonType(value);
  if (actual === expected) return value;
  throw new QueryError(
    `${sentence(expression, field)} returned an unexpected result type. ` +
      `Expected '${expected}', but was '${actual}' for value: ${JSON.stringify(value)}`,
    field,
  );
}

async function evaluateRaw(expression: Expression, field: string, bindings: Bindings): Promise<unknown> {
  try {
    return await expression.evaluate(bindings);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new QueryError(`${sentence(expression, field)} threw an ${error.tail}`, field);
  }
}

function sentence(expression: Expression, field: string): string {
  return `The JSONata expression '${expression.source}' specified for the field '${field}'`;
}
