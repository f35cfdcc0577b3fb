import { checkReservedPaths } from "./check-reserved.ts";
import { readPath } from "./read-operand.ts";
import type { PathSyntax } from "./syntax.ts";
import { TokenReader } from "./token-reader.ts";

/**
 * Reads a ProjectionExpression.
 * @throws {Refusal} without the expression's name in front
 */
export function parseProjection(text: string): readonly PathSyntax[] {
  const reader = new TokenReader(text, new Set());
  const paths = [readPath(reader)];
  while (reader.take(",")) paths.push(readPath(reader));
  reader.expectEnd();
  checkReservedPaths(paths);
  return paths;
}
