import type { DocumentContent, DocumentStep, ParameterDefinition } from "../documents/schema.ts";

/** A value as the document's parameter has it. */
export type ParameterValue = string | readonly string[];
export type ParameterValues = ReadonlyMap<string, ParameterValue>;

/** First agent that hands ENV_VAR parameters over as variables. Systems Manager user guide, "Data elements and parameters". */
const VARIABLES_SINCE = [3, 3, 2746, 0] as const;

/** Execution timeout of a step, seconds: what counts when a step says nothing usable, and the most it may say. */
const EXECUTION_TIMEOUT_DEFAULT = 3_600;
const EXECUTION_TIMEOUT = { min: 5, max: 172_800 } as const;

/** The script of a step, with its parameters put in as the agent does: lists as lines where they stand alone, else as JSON. */
export function scriptOf(
  step: DocumentStep,
  content: DocumentContent,
  run: { values: ParameterValues; agentVersion: string },
): string {
  const pasted = new Map(
    [...run.values].filter(([name]) => !isVariable(content.parameters.get(name), run.agentVersion)),
  );
  return linesOf(step.runCommand, pasted).join("\n");
}

/** `SSM_<name>` for each parameter that is handed over as a variable. */
export function environmentOf(
  content: DocumentContent,
  run: { values: ParameterValues; agentVersion: string },
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...run.values]
      .filter(([name]) => isVariable(content.parameters.get(name), run.agentVersion))
      .map(([name, value]) => [`SSM_${name}`, textOf(value)]),
  );
}

/** Seconds after which the agent stops the step. */
export function timeoutOf(step: DocumentStep, values: ParameterValues): number {
  const { timeoutSeconds = EXECUTION_TIMEOUT_DEFAULT } = step;
  const seconds = Math.trunc(Number(paste(String(timeoutSeconds), values)));
  const isUsable = seconds >= EXECUTION_TIMEOUT.min && seconds <= EXECUTION_TIMEOUT.max;
  return isUsable ? seconds : EXECUTION_TIMEOUT_DEFAULT;
}

function isVariable(definition: ParameterDefinition | undefined, agentVersion: string): boolean {
  return definition?.asVariable === true && isAtLeast(agentVersion, VARIABLES_SINCE);
}

function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  for (const [index, part] of wanted.entries()) {
    const own = parts[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}

function linesOf(lines: readonly string[] | string, values: ParameterValues): string[] {
  return [lines].flat().flatMap((line) => {
    const alone = /^\{\{\s*([a-zA-Z0-9]+)\s*\}\}$/.exec(line)?.[1];
    const value = alone === undefined ? undefined : values.get(alone);
    return value === undefined ? paste(line, values) : value;
  });
}

function paste(text: string, values: ParameterValues): string {
  return text.replace(/\{\{\s*([a-zA-Z0-9]+)\s*\}\}/g, (found, name: string) => {
    const value = values.get(name);
    return value === undefined ? found : textOf(value);
  });
}

function textOf(value: ParameterValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
