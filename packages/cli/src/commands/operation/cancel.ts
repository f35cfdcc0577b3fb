import { API_OPTION, EXIT, type Command } from "../../command.ts";
import { writeJson } from "../../terminal/json.ts";

export const operationCancel: Command = {
  name: "operation cancel",
  summary: "Cancel an operation; what it launched is put back",
  arguments: [{ name: "ID", description: "Operation" }],
  options: API_OPTION,
  run: async ({ arguments: [id = ""], api, terminal }) => {
    const operation = await api().cancel(id);
    if (terminal.json) writeJson(terminal, operation);
    else terminal.out(`cancelling: ${operation.id}\nnext: muster operation get ${operation.id}\n`);
    return EXIT.done;
  },
};
