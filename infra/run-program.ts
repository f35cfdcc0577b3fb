import { execFileSync } from "node:child_process";
import { join } from "node:path";

/**
 * What a program of the project prints, which is JSON. A process of its own for what reads files that lie beside its
 * source: SST's bundle of this folder does not. Importing it at run time is no way out: Pulumi's loader would compile it,
 * with options of its own.
 */
export function runProgram(file: string, ...args: readonly string[]): unknown {
  return JSON.parse(execFileSync(process.execPath, [join($cli.paths.root, file), ...args], { encoding: "utf8" }));
}
