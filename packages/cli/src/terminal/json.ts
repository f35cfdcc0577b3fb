import type { Terminal } from "./terminal.ts";

/** Prints one JSON object to standard output. */
export function writeJson(terminal: Pick<Terminal, "out">, value: object): void {
  terminal.out(`${JSON.stringify(value, undefined, 2)}\n`);
}
