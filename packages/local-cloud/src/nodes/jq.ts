import type { CommandResult } from "@muster/core";

/** jq as a function: arguments without the command's name, and standard input. */
export type Jq = (args: readonly string[], stdin: string) => CommandResult;

/** jq compiled to WebAssembly, so that nodes need none of the machine's; undefined where the package is not installed. */
export async function loadJq(): Promise<Jq | undefined> {
  const loaded = await importPackage();
  if (loaded === undefined) return undefined;
  const jq = await loaded.loadJq();
  return (args, stdin) => {
    const split = splitArguments(args);
    if (typeof split === "string") return { exitCode: 2, stdout: "", stderr: `${split}\n` };
    const { stdout, stderr, exitCode } = jq.raw(stdin, split.filter, [...split.flags]);
    // The package takes the last line's end off, and jq's errors have one too.
    return { exitCode, stdout: withLineEnd(stdout), stderr: withLineEnd(stderr) };
  };
}

interface JqPackage {
  readonly loadJq: () => Promise<{
    raw: (input: string, filter: string, flags: string[]) => { stdout: string; stderr: string; exitCode: number };
  }>;
}

async function importPackage(): Promise<JqPackage | undefined> {
  // Not written as a literal, because the package may be missing.
  const name: string = "jq-wasm";
  try {
    const loaded: unknown = await import(/* @vite-ignore */ name);
    return isPackage(loaded) ? loaded : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

function isPackage(loaded: unknown): loaded is JqPackage {
  return typeof loaded === "object" && loaded !== null && "loadJq" in loaded && typeof loaded.loadJq === "function";
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
