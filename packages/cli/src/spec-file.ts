import { readFileSync } from "node:fs";
import { parseDocument, type YAMLError } from "yaml";
import { CliError } from "./errors/cli-error.ts";

/**
 * Reads a spec: YAML, or JSON, which is YAML too. What it says is checked by the API.
 * @throws {CliError} FileUnreadable, SpecUnreadable
 */
export function readSpecFile(path: string): unknown {
  const document = parseDocument(readText(path));
  // A tag that nobody knows would be read as plain text: not what its writer meant.
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw unreadable(path, sentenceOf(problem));
  try {
    const spec = document.toJS() as unknown;
    if (spec !== null) return spec;
  } catch (error) {
    // Aliases of aliases, which would grow without end.
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
  throw unreadable(path, "It is empty");
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new CliError("FileUnreadable", {
      what: `${path} cannot be read.`,
      why: REASONS[code] ?? (error instanceof Error ? error.message : String(error)),
      remedy: "Name a spec file, such as examples/weka-client-backend.yaml.",
      cause: error,
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "There is no such file.",
  EISDIR: "It is a folder.",
  EACCES: "You may not read it.",
};

/** The parser's first sentence, which says where; below it, it shows the lines around. */
function sentenceOf({ code, message }: YAMLError): string {
  if (code === "MULTIPLE_DOCS") return "It holds several documents, and a spec is one";
  return message.split(/:?\n/)[0] ?? "";
}

function unreadable(path: string, reason: string): CliError {
  return new CliError("SpecUnreadable", {
    what: `${path} is no spec that can be read.`,
    why: `${reason}.`,
    remedy: "Write YAML or JSON there, as in examples/weka-client-backend.yaml.",
  });
}
