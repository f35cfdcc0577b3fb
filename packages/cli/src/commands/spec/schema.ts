import { specJsonSchema } from "@muster/core";
import { products } from "@muster/products";
import { EXIT, type Command } from "../../command.ts";

export const specSchema: Command = {
  name: "spec schema",
  summary: "Print the JSON Schema of a spec, for editors",
  arguments: [],
  options: {},
  run: async ({ terminal }) => {
    terminal.out(`${JSON.stringify(specJsonSchema(products), undefined, 2)}\n`);
    return EXIT.done;
  },
};
