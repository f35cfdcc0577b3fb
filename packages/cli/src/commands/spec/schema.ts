import { specJsonSchema } from "@muster/core";
import { products } from "@muster/products";
import { EXIT, type Command } from "../../command.ts";
import { writeJson } from "../../terminal/json.ts";

export const specSchema: Command = {
  name: "spec schema",
  summary: "Print the JSON Schema of a spec, for editors",
  arguments: [],
  options: {},
  run: async ({ terminal }) => {
    writeJson(terminal, specJsonSchema(products));
    return EXIT.done;
  },
};
