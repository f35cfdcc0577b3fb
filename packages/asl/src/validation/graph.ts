import { isObject } from "../json.ts";
import type { Findings } from "./diagnostic.ts";

/** One way out of a state. */
export interface Edge {
  readonly target: string;
  /** Where it is written, such as `/States/A/Choices[0]/Next`. */
  readonly path: string;
  /** The Assign that is done on that way. */
  readonly assign: unknown;
}

/** All ways out of a state. */
export function edgesOf(state: Readonly<Record<string, unknown>>, path: string): Edge[] {
  const edges: Edge[] = [];
  const add = (from: Readonly<Record<string, unknown>>, field: string, at: string, assign: unknown) => {
    const target = from[field];
    if (typeof target === "string") edges.push({ target, path: `${at}/${field}`, assign });
  };
  for (const [field, value] of [
    ["Choices", state["Choices"]],
    ["Catch", state["Catch"]],
  ] as const) {
    for (const [index, rule] of (Array.isArray(value) ? value : []).entries()) {
      if (isObject(rule)) add(rule, "Next", `${path}/${field}[${index}]`, rule["Assign"]);
    }
  }
  add(state, state["Type"] === "Choice" ? "Default" : "Next", path, state["Assign"]);
  return edges;
}

/**
 * Checks that every transition has a target, that every state can be reached, and that the machine can end. AWS asks
 * the last of the top level only, and then leaves out what cannot be reached (measured, floci-io/floci#2786).
 */
export function checkGraph(block: Readonly<Record<string, unknown>>, path: string, findings: Findings): void {
  const states = isObject(block["States"]) ? block["States"] : {};
  const startAt = String(block["StartAt"]);
  const edges = new Map<string, Edge[]>();
  if (!Object.hasOwn(states, startAt)) missing(startAt, `${path}/StartAt`, findings);
  for (const [name, state] of Object.entries(states)) {
    const out = isObject(state) ? edgesOf(state, `${path}/States/${name}`) : [];
    edges.set(name, out);
    for (const edge of out) if (!Object.hasOwn(states, edge.target)) missing(edge.target, edge.path, findings);
  }
  if (path === "" && !Object.values(states).some(isTerminal)) {
    findings.error("MISSING_END_STATE", "Workflow has no terminal state", undefined);
    return;
  }
  const reached = reach(startAt, edges);
  for (const name of edges.keys()) {
    if (reached.has(name)) continue;
    findings.error("MISSING_TRANSITION_TARGET", `State "${name}" is not reachable.`, `${path}/States/${name}`);
  }
}

function missing(target: string, path: string, findings: Findings): void {
  findings.error("MISSING_TRANSITION_TARGET", `Missing 'Next' target: ${target}`, path);
}

function isTerminal(state: unknown): boolean {
  return isObject(state) && (state["End"] === true || state["Type"] === "Succeed" || state["Type"] === "Fail");
}

function reach(startAt: string, edges: ReadonlyMap<string, readonly Edge[]>): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [startAt];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const edge of edges.get(name) ?? []) waiting.push(edge.target);
  }
  return reached;
}
