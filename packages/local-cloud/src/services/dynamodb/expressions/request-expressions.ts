import { MAX_EXPRESSION_BYTES } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import type { Item } from "../values/attribute-value.ts";
import type { ValueLayer } from "../values/check-value.ts";
import { textBytes } from "../values/size.ts";
import { bindCondition } from "./bind-condition.ts";
import { bindUpdate, checkClashes } from "./bind-update.ts";
import type { Condition } from "./condition.ts";
import type { DocumentPath } from "./document-path.ts";
import { toKeyRanges, type KeyRange } from "./key-condition.ts";
import { parseCondition } from "./parse-condition.ts";
import { parseProjection } from "./parse-projection.ts";
import { parseUpdate } from "./parse-update.ts";
import { Placeholders } from "./placeholders.ts";
import type { Action } from "./update.ts";

/** The expression members that a request, or one action of it, may have. */
export interface ExpressionMembers {
  readonly UpdateExpression?: string | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Item | undefined;
}

/** Expressions that are ready for use. */
export interface RequestExpressions {
  readonly update: readonly Action[] | undefined;
  readonly condition: Condition | undefined;
  readonly keyRanges: ReadonlyMap<string, KeyRange> | undefined;
  readonly filter: Condition | undefined;
  readonly projection: readonly DocumentPath[] | undefined;
}

/**
 * Reads all expressions of a request and checks that its placeholders are defined and used.
 * `values` names the expressions that may use values, for AWS's complaint when none of them is there.
 * @throws {Refusal}
 */
export function readExpressions(
  members: ExpressionMembers,
  options: {
    layer: ValueLayer;
    values: readonly ("UpdateExpression" | "ConditionExpression" | "KeyConditionExpression" | "FilterExpression")[];
  },
): RequestExpressions {
  checkPlaceholdersHaveUse(members, options);
  if (EXPRESSIONS.every((name) => members[name] === undefined)) return NONE;
  const placeholders = new Placeholders(
    { names: members.ExpressionAttributeNames, values: members.ExpressionAttributeValues },
    options.layer,
  );
  const expressions: RequestExpressions = {
    update: read("UpdateExpression", members, parsedUpdates, (syntax) => bindUpdate(syntax, placeholders)),
    condition: read("ConditionExpression", members, parsedConditions, (syntax) => bindCondition(syntax, placeholders)),
    keyRanges: read("KeyConditionExpression", members, parsedConditions, (syntax) =>
      toKeyRanges(bindCondition(syntax, placeholders)),
    ),
    filter: read("FilterExpression", members, parsedConditions, (syntax) => bindCondition(syntax, placeholders)),
    projection: read("ProjectionExpression", members, parsedProjections, (syntax) => {
      const paths = syntax.map((path) => placeholders.path(path));
      checkClashes(paths);
      return paths;
    }),
  };
  placeholders.checkAllUsed();
  return expressions;
}

const EXPRESSIONS = [
  "UpdateExpression",
  "ConditionExpression",
  "KeyConditionExpression",
  "FilterExpression",
  "ProjectionExpression",
] as const;
type ExpressionName = (typeof EXPRESSIONS)[number];

const NONE: RequestExpressions = {
  update: undefined,
  condition: undefined,
  keyRanges: undefined,
  filter: undefined,
  projection: undefined,
};

/** Parsed texts. Programs use a few expressions over and over, so the store is bounded, not managed. */
class ParsedTexts<T> {
  readonly #parse: (text: string) => T;
  readonly #parsed = new Map<string, T>();

  constructor(parse: (text: string) => T) {
    this.#parse = parse;
  }

  get(text: string): T {
    let parsed = this.#parsed.get(text);
    if (parsed === undefined) {
      parsed = this.#parse(text);
      if (this.#parsed.size >= MAX_REMEMBERED) this.#parsed.clear();
      this.#parsed.set(text, parsed);
    }
    return parsed;
  }
}

const MAX_REMEMBERED = 1000;

const parsedConditions = new ParsedTexts(parseCondition);
const parsedUpdates = new ParsedTexts(parseUpdate);
const parsedProjections = new ParsedTexts(parseProjection);

function read<S, T>(
  name: ExpressionName,
  members: ExpressionMembers,
  parsed: ParsedTexts<S>,
  bind: (syntax: S) => T,
): T | undefined {
  const text = members[name];
  if (text === undefined) return undefined;
  try {
    checkSize(name, text);
    return bind(parsed.get(text));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(`Invalid ${name}: ${error.message}`);
  }
}

function checkSize(name: ExpressionName, text: string): void {
  if (text === "") throw new Refusal("The expression can not be empty;");
  const bytes = textBytes(text);
  if (bytes <= MAX_EXPRESSION_BYTES) return;
  const size = name === "UpdateExpression" ? "" : ` expression size: ${bytes}`;
  throw new Refusal(`Expression size has exceeded the maximum allowed size;${size}`);
}

function checkPlaceholdersHaveUse(
  members: ExpressionMembers,
  options: { layer: ValueLayer; values: readonly ExpressionName[] },
): void {
  if (members.ExpressionAttributeNames !== undefined && EXPRESSIONS.every((name) => members[name] === undefined)) {
    throw new Refusal("ExpressionAttributeNames can only be specified when using expressions");
  }
  if (members.ExpressionAttributeValues === undefined) return;
  if (options.values.some((name) => members[name] !== undefined)) return;
  const absent = `${options.values.join(" and ")} ${options.values.length > 1 ? "are" : "is"} null`;
  const suffix = options.layer === "older" ? `: ${absent}` : "";
  throw new Refusal(`ExpressionAttributeValues can only be specified when using expressions${suffix}`);
}
