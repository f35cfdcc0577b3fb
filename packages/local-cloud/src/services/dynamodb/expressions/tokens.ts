/** One word of an expression, and where it stands in the text. */
export interface Token {
  readonly kind: "name" | "#name" | ":value" | "index" | "symbol" | "end";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Cuts an expression into words. What fits nothing becomes a symbol of one character, for the parser to stumble on. */
export function tokenize(expression: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of expression.matchAll(WORD)) {
    const [text] = match;
    tokens.push({ kind: kindOf(text), text, start: match.index, end: match.index + text.length });
  }
  tokens.push({ kind: "end", text: "<EOF>", start: expression.length, end: expression.length });
  return tokens;
}

// Names begin with a letter; numbers stand only for list indexes; comparators of two characters come first.
const WORD = /[A-Za-z][A-Za-z0-9_]*|#[A-Za-z0-9_]+|:[A-Za-z0-9_]+|[0-9]+|<>|<=|>=|[^ \t\r\n]/gu;

function kindOf(text: string): Token["kind"] {
  if (/^[A-Za-z]/.test(text)) return "name";
  if (/^[0-9]/.test(text)) return "index";
  if (text.length > 1 && text.startsWith("#")) return "#name";
  if (text.length > 1 && text.startsWith(":")) return ":value";
  return "symbol";
}
