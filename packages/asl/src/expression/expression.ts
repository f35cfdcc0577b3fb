import jsonata from "jsonata";
import { MAX_CACHED_EXPRESSIONS, MAX_EXPRESSION_DEPTH, MAX_SEQUENCE_LENGTH } from "../limits.ts";
import { registerPureFunctions } from "./functions.ts";

/** What an expression may read besides its own literals: `$states`, the variables, and the functions of `hostFunctions`. */
export type Bindings = Readonly<Record<string, unknown>>;

/** A compiled JSONata expression. */
export interface Expression {
  /** The text between `{%` and `%}`, trimmed, as AWS's messages quote it. */
  readonly source: string;
  readonly ast: jsonata.ExprNode;
  /**
   * The raw result: perhaps undefined, perhaps a function; `toJson` makes JSON of it.
   * @throws {ExpressionError}
   */
  readonly evaluate: (bindings: Bindings) => Promise<unknown>;
}

/** The text is not JSONata. The message is the parser's own, without its code, as AWS reports it. */
export class ExpressionSyntaxError extends Error {
  override readonly name = "ExpressionSyntaxError";
}

/** An evaluation threw. `tail` ends AWS's sentence "The JSONata expression '...' specified for the field '...' threw an". */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  readonly tail: string;

  constructor(tail: string) {
    super(`the expression threw an ${tail}`);
    this.tail = tail;
  }
}

/**
 * Compiles JSONata text. The same text is compiled once, whichever machines use it: an evaluation costs microseconds,
 * a compilation a hundred.
 * @throws {ExpressionSyntaxError}
 */
export function compileExpression(source: string): Expression {
  const known = cache.get(source);
  if (known !== undefined) return known;
  const compiled = compile(source);
  if (cache.size >= MAX_CACHED_EXPRESSIONS) cache.clear();
  cache.set(source, compiled);
  return compiled;
}

/** True for a string that AWS evaluates: it starts with `{%` and ends with `%}`, with nothing around them. */
export function isExpression(text: string): boolean {
  return text.length >= 4 && text.startsWith("{%") && text.endsWith("%}");
}

/** The expression inside the delimiters. */
export function expressionText(text: string): string {
  return text.slice(2, -2).trim();
}

const cache = new Map<string, Expression>();

/**
 * Ends an expression that never does. The library measures it by the machine's clock, the only one read in an
 * execution: it is not seen by any expression that ends. AWS's own bound is unknown; ours.
 */
const EVALUATION_TIMEOUT_MS = 5_000;

function compile(source: string): Expression {
  const expression = parse(source);
  registerPureFunctions(expression);
  return {
    source,
    ast: expression.ast(),
    evaluate: async (bindings) => {
      try {
        // No input: on AWS `$` and bare names mean nothing at the top level.
        return await expression.evaluate(undefined, bindings);
      } catch (error) {
        throw new ExpressionError(tailOf(error));
      }
    },
  };
}

function parse(source: string): jsonata.Expression {
  try {
    return jsonata(source, {
      stack: MAX_EXPRESSION_DEPTH,
      sequence: MAX_SEQUENCE_LENGTH,
      timeout: EVALUATION_TIMEOUT_MS,
    });
  } catch (error) {
    throw new ExpressionSyntaxError(messageOf(error));
  }
}

function tailOf(error: unknown): string {
  const code = codeOf(error);
  switch (code) {
    case undefined:
      return "internal error during evaluation.";
    case "D1011":
      return (
        "error during evaluation: Stack overflow error: Check for non-terminating recursive function. Consider " +
        `rewriting as tail-recursive. Depth=${MAX_EXPRESSION_DEPTH + 1} max=${MAX_EXPRESSION_DEPTH}`
      );
    case "D1012":
      return "error during evaluation: Expression evaluation timeout: Check for infinite loop";
    case "D2014":
    case "D2015":
      return `error during evaluation: ${MEMORY_LIMIT_MESSAGE}`;
    default:
      return `error during evaluation. ${code}: ${messageOf(error)}`;
  }
}

/** AWS's words for an expression that holds too much. */
export const MEMORY_LIMIT_MESSAGE = "Expression evaluation memory limit exceeded: Check for excessive memory usage";

// JSONata throws plain objects with a code and a message, not Errors.
function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function messageOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("message" in error)) return String(error);
  return String(error.message);
}
