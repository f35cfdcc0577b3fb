/** One thing that is wrong with a definition. */
export interface Diagnostic {
  /** An ERROR keeps the machine from being compiled; a WARNING does not. */
  readonly severity: "ERROR" | "WARNING";
  readonly code: AwsDiagnosticCode | MusterDiagnosticCode;
  /** As AWS locates it: `/States/Launch/Arguments/Name`, `/` for the whole machine; absent when it has no place. */
  readonly path: string | undefined;
  readonly message: string;
}

/** What CreateStateMachine refuses. https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html */
export const awsDiagnosticCodes = [
  "DUPLICATE_STATE_NAME",
  "DUPLICATE_VARIABLE_NAME",
  "INVALID_JSONATA_EXPRESSION",
  "INVALID_JSON_DESCRIPTION",
  "INVALID_STATE_NAME",
  "MISSING_END_STATE",
  "MISSING_TRANSITION_TARGET",
  "SCHEMA_VALIDATION_FAILED",
  "UNSUPPORTED_JSONATA_EXPRESSION",
] as const;

export type AwsDiagnosticCode = (typeof awsDiagnosticCodes)[number];

/** What AWS takes: things this interpreter does not have (errors), and likely mistakes (warnings). */
export type MusterDiagnosticCode =
  | "HEARTBEAT_NOT_BELOW_TIMEOUT"
  | "TOLERANCE_IN_INLINE_MAP"
  | "UNDEFINED_STATES_FIELD"
  | "UNDEFINED_VARIABLE"
  | "UNKNOWN_ERROR_NAME"
  | "UNSUPPORTED_DISTRIBUTED_MAP"
  | "UNSUPPORTED_QUERY_LANGUAGE";

/** Whether AWS itself would report it. */
export function isAwsDiagnostic(diagnostic: Diagnostic): boolean {
  return awsDiagnosticCodes.some((code) => code === diagnostic.code);
}

/** The text of the InvalidDefinition error that CreateStateMachine answers. */
export function invalidDefinitionMessage(diagnostics: readonly Diagnostic[]): string {
  const texts = diagnostics.map(({ code, message, path }) => `${code}: ${message} at ${path ?? "null"}`);
  return `Invalid State Machine Definition: '${texts.join(", ")}'`;
}

/** Collects diagnostics in the order in which they are found. */
export class Findings {
  readonly all: Diagnostic[] = [];

  error(code: Diagnostic["code"], message: string, path: string | undefined): void {
    this.all.push({ severity: "ERROR", code, message, path });
  }

  warning(code: MusterDiagnosticCode, message: string, path: string): void {
    this.all.push({ severity: "WARNING", code, message, path });
  }

  schema(message: string, path: string): void {
    this.error("SCHEMA_VALIDATION_FAILED", message, path);
  }
}
