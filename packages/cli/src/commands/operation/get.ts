import { EXIT, type Command } from "../../command.ts";

export const operationGet: Command = {
  name: "operation get",
  summary: "Show an operation: how it stands, or how it ended and why",
  arguments: [{ name: "ID", description: "Operation" }],
  options: {},
  run: async ({ arguments: [id = ""], api, terminal }) => {
    const operation = await api.operation(id);
    if (terminal.json) {
      terminal.out(`${JSON.stringify(operation, undefined, 2)}\n`);
      return EXIT.done;
    }
    const { failure, findings } = operation;
    terminal.out(
      [
        `${operation.id}  ${operation.kind} of ${operation.cluster}  ${operation.status}`,
        `  step:      ${operation.step}`,
        `  requested: ${operation.requestedAt}`,
        ...(operation.endedAt === undefined ? [] : [`  ended:     ${operation.endedAt}`]),
        ...(operation.executionArn === undefined ? [] : [`  execution: ${operation.executionArn}`]),
        ...findings
          .filter((f) => f.verdict !== "ok")
          .map((f) => `  ${f.verdict}: ${f.subject}: ${f.measured} (needed: ${f.needed})`),
        ...(failure === undefined
          ? []
          : [`  error:     ${failure.what}`, `  why:       ${failure.why}`, `  do:        ${failure.remedy}`]),
        "",
      ].join("\n"),
    );
    return EXIT.done;
  },
};
