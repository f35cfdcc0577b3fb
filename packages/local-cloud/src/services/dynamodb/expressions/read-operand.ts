import type { CallSyntax, OperandSyntax, PathStep, PathSyntax } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

export const CONDITION_KEYWORDS: ReadonlySet<string> = new Set(["AND", "OR", "NOT", "BETWEEN", "IN"]);
export const UPDATE_KEYWORDS: ReadonlySet<string> = new Set(["SET", "REMOVE", "ADD", "DELETE"]);

/** A document path: `a`, `#a.b[2].#c`. */
export function readPath(reader: TokenReader): PathSyntax {
  const path: PathStep[] = [readName(reader)];
  for (;;) {
    if (reader.take(".")) {
      path.push(readName(reader));
    } else if (reader.take("[")) {
      if (reader.peek().kind !== "index") throw reader.syntaxError();
      path.push({ index: Number(reader.next().text) });
      reader.expect("]");
    } else {
      return path;
    }
  }
}

/** A path, a `:value`, or a function call. */
export function readOperand(reader: TokenReader): OperandSyntax {
  const token = reader.peek();
  if (token.kind === ":value") return { kind: "value", placeholder: reader.next().text };
  if (reader.isName() && startsCall(reader)) return readCall(reader);
  return { kind: "path", path: readPath(reader) };
}

function startsCall(reader: TokenReader): boolean {
  const after = reader.peek(1);
  return after.kind === "symbol" && after.text === "(";
}

function readCall(reader: TokenReader): CallSyntax {
  const name = reader.next().text;
  reader.expect("(");
  const operands = [readOperand(reader)];
  while (reader.take(",")) operands.push(readOperand(reader));
  reader.expect(")");
  return { kind: "call", name, operands };
}

function readName(reader: TokenReader): PathStep {
  if (reader.isName()) return { name: reader.next().text };
  if (reader.peek().kind === "#name") return { placeholder: reader.next().text };
  throw reader.syntaxError();
}
