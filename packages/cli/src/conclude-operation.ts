import type { OperationView } from "@muster/core";
import { EXIT, type ExitCode } from "./command.ts";
import { errorLines } from "./errors/error-lines.ts";
import { writeJson } from "./terminal/json.ts";
import { styles, type Terminal } from "./terminal/terminal.ts";

/** Says how an operation ended, and what to do next; answers the exit code. */
export function concludeOperation(operation: OperationView, terminal: Terminal, next?: string): ExitCode {
  const { cluster, kind, status, failure } = operation;
  if (terminal.json) writeJson(terminal, operation);
  else if (failure !== undefined) terminal.err(`${errorLines(failure, terminal).join("\n")}\n`);
  else
    terminal.out(
      `${styles(terminal).green("done:")} ${kind} of ${cluster} ${status}\n${next === undefined ? "" : `next: ${next}\n`}`,
    );
  return status === "succeeded" ? EXIT.done : EXIT.failed;
}

/** Says that an operation has started, and that nobody waits for it. */
export function announceOperation(operation: OperationView, terminal: Terminal): ExitCode {
  if (terminal.json) writeJson(terminal, operation);
  else terminal.out(`started: ${operation.id}\nnext: muster operation get ${operation.id}\n`);
  return EXIT.done;
}
