import { isObject } from "../json.ts";
import { Findings, type Diagnostic } from "./diagnostic.ts";
import { checkExpressions } from "./expressions.ts";
import { machineFields } from "./fields.ts";
import { checkGraph } from "./graph.ts";
import { checkObject } from "./object.ts";
import type { ResourceOptions } from "./resource.ts";
import { checkLanguageValue, checkState, languageOf } from "./state.ts";
import { checkSupported } from "./unsupported.ts";
import { checkVariables } from "./variables.ts";
import { allStates, nestedBlocks } from "./walk.ts";

type Raw = Readonly<Record<string, unknown>>;

export interface ValidateOptions extends ResourceOptions {
  /** The error names that tasks may fail with; an ErrorEquals that names another is reported. */
  readonly knownErrors?: ReadonlySet<string>;
}

/**
 * Everything that is wrong with a definition: what AWS refuses, in AWS's words where they are known; what AWS takes and
 * this interpreter does not; and likely mistakes. Types come first: while they are wrong, nothing else is looked at.
 */
export function validateMachine(definition: unknown, options: ValidateOptions = {}): Diagnostic[] {
  const findings = new Findings();
  if (!isObject(definition)) {
    findings.schema("Expected value of type [OBJECT]", "/");
    return findings.all;
  }
  const machineLanguage = languageOf(definition["QueryLanguage"], "JSONPath");
  checkSchema(definition, machineLanguage, findings, options);
  if (findings.all.some((finding) => finding.severity === "ERROR")) return findings.all;
  checkGraphs(definition, "", findings);
  checkDuplicates(definition, findings);
  for (const { state, path } of allStates(definition, "")) {
    if (languageOf(state["QueryLanguage"], machineLanguage) === "JSONata") checkExpressions(state, path, findings);
    checkHeartbeat(state, path, findings);
  }
  checkSupported(definition, machineLanguage, findings);
  if (!findings.all.some((finding) => finding.severity === "ERROR")) {
    checkVariables(definition, "", new Set(), findings);
  }
  return findings.all;
}

/** Checks one state alone, as TestState does: its types and expressions, not where it leads. */
export function validateState(name: string, state: unknown, options: ValidateOptions = {}): Diagnostic[] {
  const findings = new Findings();
  const machineLanguage = languageOf(isObject(state) ? state["QueryLanguage"] : undefined, "JSONPath");
  const path = `/States/${name}`;
  checkState(state, { path, name, machineLanguage, findings, options });
  if (isObject(state) && findings.all.length === 0 && machineLanguage === "JSONata") {
    checkExpressions(state, path, findings);
  }
  return findings.all;
}

function checkSchema(
  machine: Raw,
  machineLanguage: ReturnType<typeof languageOf>,
  findings: Findings,
  options: ValidateOptions,
): void {
  checkLanguageValue(machine["QueryLanguage"], "/QueryLanguage", findings);
  checkObject(machine, {
    rules: machineFields,
    required: ["StartAt", "States"],
    path: "",
    language: machineLanguage,
    findings,
  });
  for (const { name, state, path } of rawStates(machine, "")) {
    checkState(state, { path, name, machineLanguage, findings, options });
  }
}

/** As `allStates`, with those that are not even objects. */
function* rawStates(block: Raw, path: string): Generator<{ name: string; state: unknown; path: string }> {
  const states = isObject(block["States"]) ? block["States"] : {};
  for (const [name, state] of Object.entries(states)) {
    const at = `${path}/States/${name}`;
    yield { name, state, path: at };
    if (!isObject(state)) continue;
    for (const nested of nestedBlocks(state, at)) yield* rawStates(nested.block, nested.path);
  }
}

function checkGraphs(block: Raw, path: string, findings: Findings): void {
  checkGraph(block, path, findings);
  for (const [name, state] of Object.entries(isObject(block["States"]) ? block["States"] : {})) {
    if (!isObject(state)) continue;
    for (const nested of nestedBlocks(state, `${path}/States/${name}`))
      checkGraphs(nested.block, nested.path, findings);
  }
}

// Names are unique within the whole machine. Amazon States Language, States.
function checkDuplicates(machine: Raw, findings: Findings): void {
  const seen = new Set<string>();
  for (const { name, path } of allStates(machine, "")) {
    if (seen.has(name)) findings.error("DUPLICATE_STATE_NAME", `Duplicate State name: ${name}`, path);
    seen.add(name);
  }
}

function checkHeartbeat(state: Raw, path: string, findings: Findings): void {
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
  if (typeof timeout !== "number" || typeof heartbeat !== "number" || heartbeat < timeout) return;
  findings.warning(
    "HEARTBEAT_NOT_BELOW_TIMEOUT",
    `HeartbeatSeconds (${heartbeat}) must be smaller than TimeoutSeconds (${timeout}).`,
    `${path}/HeartbeatSeconds`,
  );
}
