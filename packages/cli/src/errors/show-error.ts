import { isMusterError } from "@muster/core";
import { ApiError } from "../api/api-error.ts";
import { EXIT, type ExitCode } from "../command.ts";
import { writeJson } from "../terminal/json.ts";
import { styles, type Terminal } from "../terminal/terminal.ts";
import { CliError } from "./cli-error.ts";
import { errorLines, type ShownError } from "./error-lines.ts";
import { stackOf } from "./stack.ts";

/** Shows an error, or prints it as JSON; answers the exit code. */
export function showError(error: unknown, terminal: Terminal): ExitCode {
  const known = knownError(error);
  const shown = known ?? unexpected(error);
  if (terminal.json) writeJson(terminal, { error: shown });
  else {
    // A terminal has written ^C without an end of line.
    const start = terminal.isLive && shown.code === "Interrupted" ? "\n" : "";
    terminal.err(`${start}${errorLines(shown, terminal).join("\n")}\n`);
  }
  // Only what nobody foresaw has a stack to show: all else says in words what it is.
  if (known === undefined) terminal.err(`${styles(terminal).dim(stackOf(error))}\n`);
  return error instanceof CliError ? error.exitCode : EXIT.failed;
}

function knownError(error: unknown): ShownError | undefined {
  if (error instanceof CliError) {
    const { code, what, why, remedy } = error;
    return { code, what, why, remedy };
  }
  if (error instanceof ApiError) {
    const { code, message: what, why, remedy, details } = error;
    return { code, what, why, remedy, ...(Object.keys(details).length === 0 ? {} : { details }) };
  }
  if (isMusterError(error)) {
    const { code, what, why, remedy, details } = error;
    return { code, what, why, remedy, details };
  }
  return undefined;
}

function unexpected(error: unknown): ShownError {
  return {
    code: "Unexpected",
    what: error instanceof Error ? error.message : String(error),
    why: "Muster did not foresee this, so it is a bug of Muster.",
    remedy: "Report it, with the lines below.",
  };
}
