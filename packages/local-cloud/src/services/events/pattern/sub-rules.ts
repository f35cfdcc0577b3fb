import { invalidPattern } from "./invalid-pattern.ts";
import type { JsonNode } from "./json-node.ts";
import { parseMatcher } from "./match-expression.ts";
import type { Matcher } from "./matcher.ts";

/**
 * One way to match: alternatives by dotted path, all paths at once. `$or` splits a pattern into several of these, of
 * which one is enough. A dot inside a key and a step into an object are the same, so the last of two such wins.
 */
export type SubRule = ReadonlyMap<string, readonly Matcher[]>;

/** Combinations that `$or` may lead to. EventBridge user guide, "Or matching". */
const SUB_RULES_MAX = 1_000;

/**
 * Splits a pattern.
 * @throws {AwsError} InvalidEventPatternException
 */
export function subRulesOf(pattern: JsonNode | undefined): readonly SubRule[] {
  if (pattern?.kind !== "object") throw invalidPattern("Filter is not an object");
  return addObject([new Map()], "", pattern.entries, false);
}

type Entries = readonly (readonly [string, JsonNode])[];

function addObject(rules: readonly SubRule[], path: string, entries: Entries, isInsideOr: boolean): readonly SubRule[] {
  if (entries.length === 0) throw invalidPattern("Empty objects are not allowed");
  let grown = rules;
  for (const [key, node] of entries) {
    if (key === "$or") {
      grown = addOr(grown, path, node);
      continue;
    }
    if (isInsideOr && reservedInsideOr.has(key))
      throw invalidPattern(`${key} is Ruler reserved fieldName which cannot be used inside $or.`);
    grown = addField(grown, { path: path === "" ? key : `${path}.${key}`, key, node, isInsideOr });
  }
  return grown;
}

function addField(
  rules: readonly SubRule[],
  field: { path: string; key: string; node: JsonNode; isInsideOr: boolean },
): readonly SubRule[] {
  const { path, key, node, isInsideOr } = field;
  if (node.kind === "object") return addObject(rules, path, node.entries, isInsideOr);
  if (node.kind !== "array") throw invalidPattern(`"${key}" must be an object or an array`);
  const matchers = node.items.map(parseMatcher);
  if (matchers.length === 0) throw invalidPattern("Empty arrays are not allowed");
  return rules.map((rule) => new Map([...rule, [path, matchers]]));
}

function addOr(rules: readonly SubRule[], path: string, node: JsonNode): readonly SubRule[] {
  if (node.kind !== "array") throw invalidPattern("It must be an Array followed with $or.");
  const branches = node.items.flatMap((branch) => {
    if (branch.kind !== "object") throw invalidPattern("Only JSON object is allowed in array of $or relationship.");
    return addObject(rules, path, branch.entries, true);
  });
  if (node.items.length < 2) throw invalidPattern("There must have at least 2 Objects in $or relationship.");
  if (branches.length > SUB_RULES_MAX)
    throw invalidPattern(`Rule is too complex - $or leads to more than ${SUB_RULES_MAX} combinations`);
  return branches;
}

// The operators, and words that EventBridge keeps for later ones. Source: aws/event-ruler, Constants.
const reservedInsideOr: ReadonlySet<string> = new Set([
  "exactly",
  "equals-ignore-case",
  "prefix",
  "suffix",
  "anything-but",
  "exists",
  "wildcard",
  "numeric",
  "cidr",
  "=",
  "<",
  "<=",
  ">",
  ">=",
  "regex",
  "not-wildcard",
  "not-equals-ignore-case",
  "date-after",
  "date-on-or-after",
  "date-before",
  "date-on-or-before",
  "in-date-range",
  "ip-address-in-range",
  "ip-address-not-in-range",
]);
