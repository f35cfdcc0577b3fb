import { readFile } from "node:fs/promises";
import { parse, YAMLParseError } from "yaml";
import { FileError } from "./terminal/errors.ts";

/** Reads a spec: YAML, or JSON, which is YAML too. What it says is checked by the API. */
export async function readSpecFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new FileError(
      `${path} cannot be read.`,
      error instanceof Error ? error.message : String(error),
      "Name a spec file; examples/ has some.",
    );
  }
  try {
    return parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new FileError(`${path} is neither YAML nor JSON.`, error.message, "Correct that line.");
  }
}
