import { builtinFunctions } from "../expression/builtins.ts";
import { expressionText, isExpression } from "../expression/expression.ts";
import { referencesOf } from "../expression/references.ts";
import { isObject } from "../json.ts";
import { MAX_VARIABLE_NAME_LENGTH } from "../limits.ts";
import type { Findings } from "./diagnostic.ts";
import { edgesOf } from "./graph.ts";
import { stateStrings } from "./state-expressions.ts";
import { nestedBlocks } from "./walk.ts";

type Raw = Readonly<Record<string, unknown>>;

/**
 * Checks that a variable is assigned on some way to where it is read, and that no state inside a Parallel or Map
 * assigns one of the states around it. https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 * @param outer variables that states around this block may have assigned
 */
export function checkVariables(block: Raw, path: string, outer: ReadonlySet<string>, findings: Findings): void {
  const states = isObject(block["States"]) ? block["States"] : {};
  const entry = variablesAtEntry(states, String(block["StartAt"]), outer);
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) continue;
    const at = `${path}/States/${name}`;
    const known = entry.get(name) ?? outer;
    checkReads(state, at, known, findings);
    for (const edge of edgesOf(state, at)) checkNames(edge.assign, edge.path, outer, findings);
    if (state["End"] === true) checkNames(state["Assign"], at, outer, findings);
    for (const nested of nestedBlocks(state, at)) checkVariables(nested.block, nested.path, known, findings);
  }
}

/** For each state that can be reached, the variables that some way to it may have assigned. */
function variablesAtEntry(states: Raw, startAt: string, outer: ReadonlySet<string>): Map<string, ReadonlySet<string>> {
  const entry = new Map<string, ReadonlySet<string>>([[startAt, outer]]);
  const waiting = [startAt];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const state = states[name];
    if (!isObject(state)) continue;
    for (const edge of edgesOf(state, "")) {
      const before = entry.get(edge.target);
      const after = new Set([...(before ?? []), ...(entry.get(name) ?? []), ...assigned(edge.assign)]);
      if (before !== undefined && after.size === before.size) continue;
      entry.set(edge.target, after);
      waiting.push(edge.target);
    }
  }
  return entry;
}

function assigned(assign: unknown): readonly string[] {
  return isObject(assign) ? Object.keys(assign) : [];
}

function checkReads(state: Raw, path: string, known: ReadonlySet<string>, findings: Findings): void {
  for (const { text, path: at } of stateStrings(state, path)) {
    if (!isExpression(text)) continue;
    for (const name of referencesOf(expressionText(text)).variables) {
      if (name === "states" || known.has(name) || builtinFunctions.has(name)) continue;
      findings.warning("UNDEFINED_VARIABLE", `$${name} is assigned on no way to this state.`, at);
    }
  }
}

function checkNames(assign: unknown, edgePath: string, outer: ReadonlySet<string>, findings: Findings): void {
  const path = `${edgePath.replace(/\/(Next|Default)$/, "")}/Assign`;
  for (const name of assigned(assign)) {
    if (!VARIABLE_NAME.test(name) || name.length > MAX_VARIABLE_NAME_LENGTH || name === "states") {
      findings.schema(`Invalid variable name: ${name}`, `${path}/${name}`);
    } else if (outer.has(name)) {
      const message = `The variable name '${name}' was already defined in a parent scope.`;
      findings.error("DUPLICATE_VARIABLE_NAME", message, `${path}/${name}`);
    }
  }
}

// A Unicode identifier, as the guide says of variable names.
const VARIABLE_NAME = /^\p{ID_Start}\p{ID_Continue}*$/u;
