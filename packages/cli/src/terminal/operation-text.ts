import type { OperationView } from "@muster/core";
import { errorLines } from "../errors/error-lines.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

/** An operation, and how it ended and why, for a person. */
export function operationText(operation: OperationView, terminal: Pick<Terminal, "hasColor" | "columns">): string {
  const { failure, findings, requestedAt, endedAt, executionArn } = operation;
  const width = terminal.columns();
  return [
    `${operation.id}  ${operation.kind} of ${operation.cluster}  ${operation.status}`,
    `  step:      ${operation.step}`,
    `  requested: ${requestedAt}`,
    ...(endedAt === undefined ? [] : [`  ended:     ${endedAt}`]),
    ...(executionArn === undefined ? [] : wrap(executionArn, { width, lead: "  execution: " })),
    ...findings
      .filter((finding) => finding.verdict !== "ok")
      .flatMap(({ verdict, subject, measured, needed, remedy }) => [
        ...wrap(`${subject}: ${measured} (needed: ${needed})`, { width, lead: `  ${verdict}: ` }),
        ...(remedy === "" ? [] : [`    do: ${remedy}`]),
      ]),
    ...(failure === undefined ? [] : errorLines(failure, terminal)),
    "",
  ].join("\n");
}
