import { notImplemented } from "../input.ts";
import * as z from "zod";
import { parse as parseYaml } from "yaml";
import { invalidDocumentContent } from "../errors.ts";

// Schema 2.2 of Command documents: "Schemas, features, and examples" in the Systems Manager user guide,
// https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html

/** A Command document as the agent understands it. */
export interface DocumentContent {
  readonly description: string | undefined;
  readonly parameters: ReadonlyMap<string, ParameterDefinition>;
  readonly steps: readonly DocumentStep[];
}

export interface ParameterDefinition {
  readonly type: "String" | "StringList";
  readonly description: string | undefined;
  readonly default: string | readonly string[] | undefined;
  readonly allowedValues: readonly string[] | undefined;
  readonly allowedPattern: string | undefined;
  readonly minChars: number | undefined;
  readonly maxChars: number | undefined;
  readonly minItems: number | undefined;
  readonly maxItems: number | undefined;
  /** The value is handed over as the environment variable `SSM_<name>`, not pasted into the script. */
  readonly asVariable: boolean;
}

export interface DocumentStep {
  readonly name: string;
  /** Lines as written, or one parameter that holds them. */
  readonly runCommand: readonly string[] | string;
  /** Seconds, as a number or as text with a parameter in it. */
  readonly timeoutSeconds: string | number | undefined;
  readonly workingDirectory: string | undefined;
  /** The platform that the step is for, from its precondition; undefined for all. */
  readonly platform: string | undefined;
  readonly exitOnFailure: boolean;
  readonly isEnd: boolean;
}

const parameterSchema = z.strictObject({
  type: z.string(),
  description: z.optional(z.string()),
  default: z.optional(z.union([z.string(), z.array(z.string())])),
  allowedValues: z.optional(z.array(z.string())),
  allowedPattern: z.optional(z.string()),
  displayType: z.optional(z.enum(["textfield", "textarea"])),
  minItems: z.optional(z.int()),
  maxItems: z.optional(z.int()),
  minChars: z.optional(z.int()),
  maxChars: z.optional(z.int()),
  interpolationType: z.optional(z.literal("ENV_VAR")),
});

const stepSchema = z.strictObject({
  action: z.string(),
  name: z.string(),
  description: z.optional(z.string()),
  inputs: z.record(z.string(), z.unknown()),
  precondition: z.optional(z.record(z.string(), z.array(z.string()))),
  onFailure: z.optional(z.literal("exit")),
  onSuccess: z.optional(z.unknown()),
  isEnd: z.optional(z.boolean()),
  finallyStep: z.optional(z.unknown()),
});

const shellInputsSchema = z.strictObject({
  runCommand: z.union([z.string(), z.array(z.string())]),
  timeoutSeconds: z.optional(z.union([z.string(), z.number()])),
  workingDirectory: z.optional(z.string()),
});

const documentSchema = z.strictObject({
  schemaVersion: z.string(),
  description: z.optional(z.string()),
  parameters: z.optional(z.record(z.string(), parameterSchema)),
  mainSteps: z.array(stepSchema),
});

/**
 * Reads and checks a Command document.
 * @throws InvalidDocumentContent, InvalidDocumentSchemaVersion; NotImplemented for actions other than aws:runShellScript
 */
export function parseDocument(content: string, format: "JSON" | "YAML" | "TEXT"): DocumentContent {
  const parsed = documentSchema.safeParse(parseText(content, format));
  if (!parsed.success) throw invalidDocumentContent(`The document is not valid: ${z.prettifyError(parsed.error)}`);
  const { schemaVersion, description, parameters = {}, mainSteps } = parsed.data;
  if (schemaVersion !== "2.2") throw notImplemented(`CreateDocument schemaVersion ${schemaVersion}`);
  if (mainSteps.length === 0) throw invalidDocumentContent("The document has no steps.");
  const definitions = new Map(
    Object.entries(parameters).map(([name, definition]) => [name, parseParameter(name, definition)]),
  );
  const names = new Set<string>();
  const steps = mainSteps.map((step) => {
    if (names.has(step.name)) throw invalidDocumentContent(`The document has two steps with the name ${step.name}.`);
    names.add(step.name);
    return parseStep(step, definitions);
  });
  return { description, parameters: definitions, steps };
}

function parseText(content: string, format: "JSON" | "YAML" | "TEXT"): unknown {
  try {
    return format === "YAML" ? (parseYaml(content) as unknown) : (JSON.parse(content) as unknown);
  } catch (error) {
    throw invalidDocumentContent(`The document is not valid ${format}: ${error instanceof Error ? error.message : ""}`);
  }
}

/** The agent knows parameters by names of letters and digits only. */
const PARAMETER_NAME = /^[a-zA-Z0-9]+$/;
const STEP_NAME = /^[a-zA-Z0-9_]+$/;

function parseParameter(name: string, raw: z.infer<typeof parameterSchema>): ParameterDefinition {
  if (!PARAMETER_NAME.test(name)) throw invalidDocumentContent(`The parameter name ${name} is not valid.`);
  const { type } = raw;
  if (type !== "String" && type !== "StringList") {
    throw invalidDocumentContent(
      `The parameter ${name} has the type ${type}; Command documents know String and StringList.`,
    );
  }
  if (raw.default !== undefined && Array.isArray(raw.default) !== (type === "StringList")) {
    throw invalidDocumentContent(`The default of the parameter ${name} is no ${type}.`);
  }
  if (raw.allowedPattern !== undefined) checkPattern(name, raw.allowedPattern);
  return {
    type,
    description: raw.description,
    default: raw.default,
    allowedValues: raw.allowedValues,
    allowedPattern: raw.allowedPattern,
    minChars: raw.minChars,
    maxChars: raw.maxChars,
    minItems: raw.minItems,
    maxItems: raw.maxItems,
    asVariable: raw.interpolationType === "ENV_VAR",
  };
}

function checkPattern(name: string, pattern: string): void {
  try {
    void new RegExp(pattern);
  } catch {
    throw invalidDocumentContent(`The allowedPattern of the parameter ${name} is no regular expression: ${pattern}`);
  }
}

function parseStep(
  raw: z.infer<typeof stepSchema>,
  parameters: ReadonlyMap<string, ParameterDefinition>,
): DocumentStep {
  if (raw.action !== "aws:runShellScript") throw notImplemented(`CreateDocument action ${raw.action}`);
  if (raw.onSuccess !== undefined || raw.finallyStep !== undefined) {
    throw notImplemented("CreateDocument onSuccess or finallyStep of a step");
  }
  if (!STEP_NAME.test(raw.name)) throw invalidDocumentContent(`The step name ${raw.name} is not valid.`);
  const inputs = shellInputsSchema.safeParse(raw.inputs);
  if (!inputs.success) {
    throw invalidDocumentContent(`The inputs of the step ${raw.name} are not valid: ${z.prettifyError(inputs.error)}`);
  }
  const { runCommand, timeoutSeconds, workingDirectory } = inputs.data;
  if (workingDirectory !== undefined && workingDirectory !== "") {
    throw notImplemented("CreateDocument workingDirectory of a step");
  }
  checkReferences(raw.name, [...[runCommand].flat(), String(timeoutSeconds ?? "")].join("\n"), parameters);
  return {
    name: raw.name,
    runCommand,
    timeoutSeconds,
    workingDirectory,
    platform: platformOf(raw),
    exitOnFailure: raw.onFailure === "exit",
    isEnd: raw.isEnd ?? false,
  };
}

/** Double braces around a name are a parameter; one that is not declared is a mistake of the author. */
function checkReferences(step: string, text: string, parameters: ReadonlyMap<string, ParameterDefinition>): void {
  for (const [, name = ""] of text.matchAll(/\{\{\s*([a-zA-Z0-9]+)\s*\}\}/g)) {
    if (!parameters.has(name)) {
      throw invalidDocumentContent(`The step ${step} uses the parameter ${name}, which is not defined.`);
    }
  }
}

/** `StringEquals: [platformType, Linux]`, in either order; nothing else is a precondition. */
function platformOf(raw: z.infer<typeof stepSchema>): string | undefined {
  if (raw.precondition === undefined) return undefined;
  const { StringEquals: operands = [], ...others } = raw.precondition;
  const platform = operands.find((operand) => operand !== "platformType");
  if (
    Object.keys(others).length > 0 ||
    operands.length !== 2 ||
    !operands.includes("platformType") ||
    platform === undefined
  ) {
    throw invalidDocumentContent(
      `The precondition of the step ${raw.name} must be StringEquals with platformType and a platform.`,
    );
  }
  return platform;
}
