import type { SsmCore } from "../core.ts";
import { invalidParameters } from "../errors.ts";
import type { ParameterValue } from "../agent/interpolate.ts";
import { apiAllows } from "../agent/patterns.ts";
import type { DocumentContent, ParameterDefinition } from "../documents/schema.ts";

/**
 * What the document's parameters come to: given, else their default, with references to stored parameters resolved.
 * @throws InvalidParameters for one that is unknown, missing, or outside what the document allows
 */
export function resolveParameters(
  core: SsmCore,
  content: DocumentContent,
  given: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<string, ParameterValue> {
  for (const name of Object.keys(given)) {
    if (!content.parameters.has(name)) throw invalidParameters(`The document has no parameter ${name}.`);
  }
  return new Map(
    [...content.parameters].map(([name, definition]) => {
      const values = given[name] ?? defaultOf(name, definition);
      const resolved = values.map((value) => resolveReferences(core, value));
      check(name, definition, resolved);
      return [name, definition.type === "StringList" ? resolved : (resolved[0] ?? "")];
    }),
  );
}

function defaultOf(name: string, definition: ParameterDefinition): readonly string[] {
  if (definition.default === undefined) throw invalidParameters(`The parameter ${name} has no value and no default.`);
  return [definition.default].flat();
}

function check(name: string, definition: ParameterDefinition, values: readonly string[]): void {
  if (definition.type === "String" && values.length !== 1) {
    throw invalidParameters(`The parameter ${name} is a String and takes one value, not ${values.length}.`);
  }
  const { minItems, maxItems, minChars, maxChars, allowedValues, allowedPattern } = definition;
  if (values.length < (minItems ?? 0) || values.length > (maxItems ?? Infinity)) {
    throw invalidParameters(`The parameter ${name} has ${values.length} items, which the document does not allow.`);
  }
  for (const value of values) {
    if (value.length < (minChars ?? 0) || value.length > (maxChars ?? Infinity)) {
      throw invalidParameters(
        `The parameter ${name} has ${value.length} characters, which the document does not allow.`,
      );
    }
    if (allowedValues !== undefined && !allowedValues.includes(value)) {
      throw invalidParameters(`The value of the parameter ${name} is not one of the allowed values.`);
    }
    if (allowedPattern !== undefined && !apiAllows(allowedPattern, value)) {
      throw invalidParameters(
        `The value of the parameter ${name} does not match the allowed pattern ${allowedPattern}.`,
      );
    }
  }
}

/** `{{ssm:name}}` stands for a stored parameter, as it is at the time of sending. */
function resolveReferences(core: SsmCore, value: string): string {
  return value.replace(/\{\{\s*ssm:([^}\s]+)\s*\}\}/g, (_found, reference: string) => {
    const found = core.parameters.find(reference);
    if (found === undefined) throw invalidParameters(`The parameter ${reference} could not be found.`);
    return found.parameter.versions[found.version - 1]?.value ?? "";
  });
}
