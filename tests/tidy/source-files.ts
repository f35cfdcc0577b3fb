import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface SourceFile {
  /** From the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every text file of the project: what git tracks, and what it does not ignore. */
export function sourceFiles(): SourceFile[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" });
  return [...new Set(listed.split("\n"))]
    .filter((path) => /\.(ts|mjs|json|sh|md|ya?ml)$/.test(path) && path !== "package-lock.json")
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(join(process.cwd(), path), "utf8") }];
      } catch {
        // Tracked, and deleted in the working tree: it is on its way out.
        return [];
      }
    });
}

/** Modules that a TypeScript file imports, types too. */
export function importsOf(text: string): string[] {
  // Comments may speak of imports; statements begin a line.
  const pattern =
    /^\s*(?:import|export)\b[^;"']*?\bfrom\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}
