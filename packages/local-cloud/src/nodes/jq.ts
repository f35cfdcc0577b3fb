import { loadJq as loadJqWasm } from "jq-wasm";
import type { CommandResult } from "@muster/core";

/** jq as a function: arguments without the command's name, and standard input. */
export type Jq = (args: readonly string[], stdin: string) => CommandResult;

/** jq compiled to WebAssembly, so that nodes need none of the machine's. */
export async function loadJq(): Promise<Jq> {
  const jq = await loadJqWasm();
  return (args, stdin) => {
    const split = splitArguments(args);
    if (typeof split === "string") return { exitCode: 2, stdout: "", stderr: `${split}\n` };
    const { stdout, stderr, exitCode } = jq.raw(stdin, split.filter, [...split.flags]);
    // The package takes the last line's end off, and jq's errors have one too.
    return { exitCode, stdout: withLineEnd(stdout), stderr: withLineEnd(stderr) };
  };
}

/** jq's options that take values, and how many. */
const VALUES: Readonly<Record<string, number>> = { "--arg": 2, "--argjson": 2, "--indent": 1 };
const REFUSED = new Set(["--args", "--jsonargs", "--slurpfile", "--rawfile", "--from-file", "-f"]);

function splitArguments(args: readonly string[]): { filter: string; flags: readonly string[] } | string {
  const flags: string[] = [];
  let filter: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? "";
    if (REFUSED.has(word)) return `jq: the embedded cloud's jq does not take ${word}`;
    if (word.startsWith("-") && word !== "-") {
      const count = VALUES[word] ?? 0;
      flags.push(...args.slice(index, index + count + 1));
      index += count;
    } else if (filter === undefined) filter = word;
    else return `jq: the embedded cloud's jq reads standard input only, not ${word}`;
  }
  return filter === undefined ? "jq: no filter given" : { filter, flags };
}

function withLineEnd(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
