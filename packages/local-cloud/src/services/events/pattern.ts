import { fieldsOf, joinElements, noElements, type ArrayElements, type EventFields } from "./pattern/event-fields.ts";
import { invalidPattern } from "./pattern/invalid-pattern.ts";
import { JsonSyntaxError, readJson, toJsonNode, type JsonNode } from "./pattern/json-node.ts";
import type { Matcher } from "./pattern/matcher.ts";
import { subRulesOf, type SubRule } from "./pattern/sub-rules.ts";
import { wildcardComplexity } from "./pattern/wildcard.ts";

/** A pattern that is ready to be held against events. */
export interface CompiledPattern {
  readonly matches: (event: EventFields) => boolean;
}

/**
 * Compiles an event pattern, with all of EventBridge's content filters.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html; where the documents are silent,
 * as recorded on AWS, and as AWS's own matcher (https://github.com/aws/event-ruler) explains it.
 * @throws {AwsError} InvalidEventPatternException
 */
export function compile(pattern: string): CompiledPattern {
  const rules = subRulesOf(parsePattern(pattern));
  checkComplexity(rules);
  const sorted = rules.map((rule) => [...rule].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { matches: (event) => sorted.some((rule) => holds(rule, 0, event, noElements)) };
}

/** An event, made ready once for any number of patterns; from JSON text (which keeps how numbers are written) or from a value. */
export function readEvent(event: string | Readonly<Record<string, unknown>>): EventFields {
  const node: JsonNode | undefined = typeof event === "string" ? readJson(event) : toJsonNode(event);
  if (node?.kind !== "object") throw new JsonSyntaxError("Event must be a JSON object");
  return fieldsOf(node);
}

type SortedRule = readonly (readonly [path: string, matchers: readonly Matcher[]])[];

// Tries the fields in the order of their paths; each value chosen narrows the array elements that later ones may use.
function holds(rule: SortedRule, index: number, event: EventFields, elements: ArrayElements): boolean {
  const field = rule[index];
  if (field === undefined) return true;
  const [path, matchers] = field;
  const candidates = (event.get(path) ?? []).flatMap(({ scalar, elements: own }) => {
    const joined = joinElements(elements, own);
    return joined === undefined ? [] : [{ scalar, joined }];
  });
  if (candidates.length === 0) {
    return matchers.some(({ kind }) => kind === "absent") && holds(rule, index + 1, event, elements);
  }
  return candidates.some(
    ({ scalar, joined }) =>
      matchers.some((matcher) => matcher.kind === "value" && matcher.test(scalar)) &&
      holds(rule, index + 1, event, joined),
  );
}

function parsePattern(pattern: string): JsonNode | undefined {
  try {
    return readJson(pattern);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw invalidPattern(error.message);
    throw error;
  }
}

/**
 * Beginnings of wildcards that one value may match at once. AWS publishes no figure: 10 is what its matcher's guide
 * proposes for single rules, and it splits the pairs of accepted and refused rules that are public.
 */
const WILDCARD_COMPLEXITY_MAX = 10;

function checkComplexity(rules: readonly SubRule[]): void {
  const byPath = Map.groupBy(
    rules.flatMap((rule) => [...rule]),
    ([path]) => path,
  );
  for (const fields of byPath.values()) {
    const matchers = new Set(fields.flatMap(([, matchers]) => matchers));
    const wildcards = [...matchers].flatMap((matcher) => (matcher.kind === "value" ? (matcher.wildcards ?? []) : []));
    if (wildcardComplexity(wildcards, WILDCARD_COMPLEXITY_MAX) > WILDCARD_COMPLEXITY_MAX) {
      throw invalidPattern(
        "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
      );
    }
  }
}
