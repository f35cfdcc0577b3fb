import { EXIT, type Command } from "../../command.ts";

export const operationCancel: Command = {
  name: "operation cancel",
  summary: "Cancel an operation; what it launched is put back",
  arguments: [{ name: "ID", description: "Operation" }],
  options: {},
  run: async ({ arguments: [id = ""], api, terminal }) => {
    const operation = await api.cancel(id);
    terminal.out(
      terminal.json
        ? `${JSON.stringify(operation, undefined, 2)}\n`
        : `cancelling ${operation.id}\nnext: muster operation get ${operation.id}\n`,
    );
    return EXIT.done;
  },
};
