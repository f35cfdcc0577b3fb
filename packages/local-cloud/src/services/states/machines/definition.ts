import {
  compileMachine,
  invalidDefinitionMessage,
  isAwsDiagnostic,
  validateMachine,
  type Diagnostic,
  type Machine,
} from "@muster/asl";
import { checkConstraints } from "../../../mechanisms/constraints.ts";
import { notImplemented } from "../../../mechanisms/not-implemented.ts";
import { statesError } from "../errors.ts";
import { refuseUnsupportedTasks } from "../integrations/supported-tasks.ts";
import { sdkActionMembers } from "../integrations/sdk-service.ts";
import { MAX_DEFINITION_BYTES } from "../limits.ts";

/**
 * Reads and compiles the definition of a new revision.
 * @throws {AwsError} ValidationException and InvalidDefinition, as AWS; NotImplemented for what AWS takes and the
 * embedded cloud does not
 */
export function readDefinition(text: string | undefined): Machine {
  const { definition, diagnostics } = checkDefinition(text);
  const refused = diagnostics.filter(isAwsDiagnostic);
  if (refused.length > 0) throw statesError.invalidDefinition(invalidDefinitionMessage(refused));
  const unsupported = diagnostics.find(({ severity }) => severity === "ERROR");
  if (unsupported !== undefined) {
    throw notImplemented(`this state machine: ${unsupported.message}, at ${unsupported.path ?? "/"}`);
  }
  const machine = compileMachine(definition);
  refuseUnsupportedTasks(machine);
  return machine;
}

/**
 * Everything that is wrong with the text of a definition.
 * @throws {AwsError} ValidationException when there is no text, or too much
 */
export function checkDefinition(text: string | undefined): {
  definition: unknown;
  diagnostics: readonly Diagnostic[];
} {
  checkConstraints([{ at: "definition", value: text, required: true, min: 1, max: MAX_DEFINITION_BYTES }]);
  let definition: unknown;
  try {
    definition = JSON.parse(text ?? "");
  } catch (error) {
    // AWS goes on with the words of its own JSON parser.
    const message = error instanceof Error ? error.message : String(error);
    return {
      definition: undefined,
      diagnostics: [{ severity: "ERROR", code: "INVALID_JSON_DESCRIPTION", path: undefined, message }],
    };
  }
  return { definition, diagnostics: validateMachine(definition, sdkKnowledge) };
}

/** What the SDK's own models say of `aws-sdk:` integrations; nothing where the embedded cloud has no such service. */
const sdkKnowledge = {
  isKnownAction: (service: string, action: string) => sdkActionMembers(service, action) !== "no such action",
  argumentsOf: (service: string, action: string) => {
    const members = sdkActionMembers(service, action);
    return members instanceof Set ? members : undefined;
  },
};
