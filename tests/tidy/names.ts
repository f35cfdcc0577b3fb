import type { SourceFile } from "./source-files.ts";

/** Names that say nothing, and paths that only one machine has, each as a sentence. */
export function wrongNames(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [...wrongParts(file), ...machinePaths(file)]);
}

/** Folders and files are nouns of the domain, in kebab-case. */
function wrongParts({ path }: SourceFile): string[] {
  return path
    .split("/")
    .filter((part) => part !== "README.md" && !part.startsWith("."))
    .flatMap((part) => {
      const [name = ""] = part.split(".");
      if (SAY_NOTHING.has(name)) return [`${path}: ${name} says nothing about what is in it`];
      return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ? [] : [`${path}: ${part} is not kebab-case`];
    });
}

const SAY_NOTHING: ReadonlySet<string> = new Set(["utils", "util", "helpers", "helper", "common", "misc", "shared"]);

function machinePaths({ path, text }: SourceFile): string[] {
  const found = text.match(MACHINE_PATH);
  return found === null ? [] : [`${path} has a path that only one machine has: ${found[0]}`];
}

/** Home folders and mounts, of Unix and of Windows; written so that this file does not find itself. */
const MACHINE_PATH = /\/(?:root|work|home\/[a-z]+)\/|[A-Z]:\\Users/;
