import { Refusal } from "../refusal.ts";
import { isReservedWord } from "./reserved-words.ts";
import type { PathSyntax } from "./syntax.ts";

/** Refuses the first name, as written, that is a reserved word. */
export function checkReservedPaths(paths: Iterable<PathSyntax>): void {
  for (const path of paths) {
    for (const step of path) {
      if ("name" in step && isReservedWord(step.name)) {
        throw new Refusal(`Attribute name is a reserved keyword; reserved keyword: ${step.name}`);
      }
    }
  }
}
