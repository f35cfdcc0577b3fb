import { API_OPTION, EXIT, type Command } from "../../command.ts";
import { writeJson } from "../../terminal/json.ts";
import { operationText } from "../../terminal/operation-text.ts";

export const operationGet: Command = {
  name: "operation get",
  summary: "Show an operation: how it stands, or why it failed",
  arguments: [{ name: "ID", description: "Operation" }],
  options: API_OPTION,
  run: async ({ arguments: [id = ""], api, terminal }) => {
    const operation = await api().operation(id);
    if (terminal.json) writeJson(terminal, operation);
    else terminal.out(operationText(operation, terminal));
    return EXIT.done;
  },
};
