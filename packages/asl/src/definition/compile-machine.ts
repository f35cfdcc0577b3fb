import { isObject, type JsonObject } from "../json.ts";
import { invalidDefinitionMessage, type Diagnostic } from "../validation/diagnostic.ts";
import { validateMachine } from "../validation/validate.ts";
import { compileBlock } from "./compile.ts";
import type { Machine } from "./machine.ts";

/** A definition that cannot be run; the message is the one of AWS's InvalidDefinition error. */
export class InvalidDefinitionError extends Error {
  override readonly name = "InvalidDefinitionError";
  /** Only errors. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(invalidDefinitionMessage(diagnostics));
    this.diagnostics = diagnostics;
  }
}

/**
 * Makes a definition (parsed JSON) ready to run.
 * @throws {InvalidDefinitionError} when `validateMachine` finds an error
 */
export function compileMachine(definition: unknown): Machine {
  const errors = validateMachine(definition).filter((diagnostic) => diagnostic.severity === "ERROR");
  if (errors.length > 0 || !isObject(definition)) throw new InvalidDefinitionError(errors);
  const timeout = definition["TimeoutSeconds"];
  return {
    definition: definition as JsonObject,
    block: compileBlock(definition),
    timeoutSeconds: typeof timeout === "number" ? timeout : undefined,
  };
}
