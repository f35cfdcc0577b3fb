import { isMusterError } from "@muster/core";
import { ApiError, ApiUnreachableError } from "../api/api.ts";
import { EXIT } from "../command.ts";
import { styles, type Terminal } from "./terminal.ts";

/** The command line itself is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A file that the command line names cannot be read, or holds something else. */
export class FileError extends Error {
  override readonly name = "FileError";
  readonly why: string;
  readonly remedy: string;

  constructor(what: string, why: string, remedy: string) {
    super(what);
    this.why = why;
    this.remedy = remedy;
  }
}

interface ShownError {
  readonly exitCode: number;
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly details?: unknown;
}

/** Shows an error in three lines (what, why with its code, what to do), or as JSON; answers the exit code. */
export function showError(error: unknown, terminal: Terminal): number {
  const shown = describe(error);
  if (terminal.json) {
    const { exitCode: _, ...body } = shown;
    terminal.out(`${JSON.stringify({ error: body }, undefined, 2)}\n`);
    return shown.exitCode;
  }
  const { red, dim } = styles(terminal);
  terminal.err(`${red("error:")} ${shown.what}\n`);
  if (shown.why !== "") terminal.err(`  why: ${shown.why}\n`);
  if (shown.remedy !== "") terminal.err(`  do:  ${shown.remedy}\n`);
  if (shown.exitCode === EXIT.broken && error instanceof Error && error.stack !== undefined)
    terminal.err(`${dim(error.stack)}\n`);
  return shown.exitCode;
}

function describe(error: unknown): ShownError {
  if (error instanceof UsageError) {
    return { exitCode: EXIT.usage, code: "Usage", what: error.message, why: "", remedy: "See: muster --help" };
  }
  if (error instanceof FileError)
    return { exitCode: EXIT.failed, code: "File", what: error.message, why: error.why, remedy: error.remedy };
  if (error instanceof ApiError) {
    const { code, message, why, remedy, problem } = error;
    return {
      exitCode: error.status >= 500 ? EXIT.broken : EXIT.failed,
      code,
      what: message,
      why,
      remedy,
      details: problem,
    };
  }
  if (error instanceof ApiUnreachableError) {
    return {
      exitCode: EXIT.broken,
      code: "ApiUnreachable",
      what: `Muster's API does not answer at ${error.message}.`,
      why: error.cause instanceof Error ? describeCause(error.cause) : "",
      remedy: "Start the embedded cloud (npm start), or name the API with --api URL.",
    };
  }
  if (isMusterError(error)) {
    return {
      exitCode: EXIT.failed,
      code: error.code,
      what: error.what,
      why: error.why,
      remedy: error.remedy,
      details: error.details,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    exitCode: EXIT.broken,
    code: "Unexpected",
    what: message,
    why: "This is a bug of Muster.",
    remedy: "Report it, with the lines below.",
  };
}

function describeCause(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? cause.message || (cause as { code?: string }).code || error.message : error.message;
}
