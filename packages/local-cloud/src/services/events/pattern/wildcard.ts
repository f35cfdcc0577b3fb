/** A wildcard text, read: characters to be met as they are, and `any` for any number of any characters. */
export type WildcardToken = string | typeof any;
export const any = Symbol("any");

/** The text of a wildcard is not allowed; the message is AWS's. */
export class WildcardError extends Error {
  override readonly name = "WildcardError";
}

/**
 * Reads a wildcard: `*` for anything, `\*` and `\\` for the characters themselves.
 * @throws {WildcardError}
 */
export function parseWildcard(text: string): WildcardToken[] {
  const tokens: WildcardToken[] = [];
  // AWS counts bytes, and counts the quote before the text.
  let position = 1;
  const characters = Array.from(text);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? "";
    const next = characters[index + 1];
    if (character === "*") {
      if (next === "*") throw new WildcardError(`Consecutive wildcard characters at pos ${position}`);
      tokens.push(any);
    } else if (character === "\\") {
      if (next !== "*" && next !== "\\") throw new WildcardError(`Invalid escape character at pos ${position}`);
      tokens.push(next);
      index++;
      position++;
    } else {
      tokens.push(character);
    }
    position += Buffer.byteLength(character);
  }
  return tokens;
}

/** A test of whole texts. */
export function wildcardTest(tokens: readonly WildcardToken[]): (text: string) => boolean {
  const chunks = [""];
  for (const token of tokens) {
    if (token === any) chunks.push("");
    else chunks.push((chunks.pop() ?? "") + token);
  }
  const [first = "", ...rest] = chunks;
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const chunk of rest) {
      const found = text.indexOf(chunk, at);
      if (found < 0) return false;
      at = found + chunk.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}

/**
 * How many beginnings of these wildcards one text can match at once, in the worst case: what AWS bounds to keep
 * matching fast. Counting stops above `ceiling`.
 * Source: https://github.com/aws/event-ruler, "Matching with a Machine".
 */
export function wildcardComplexity(wildcards: readonly (readonly WildcardToken[])[], ceiling: number): number {
  const patterns = wildcards.map((tokens) => ['"', ...tokens, '"']);
  const alphabet = new Set(patterns.flat());
  const start = patterns.map((_, pattern) => ({ pattern, matched: 0 }));
  const seen = new Set<string>();
  const open: Place[][] = [start];
  let worst = 0;
  for (let places = open.pop(); places !== undefined; places = open.pop()) {
    for (const character of alphabet) {
      const next = step(patterns, places, character);
      worst = Math.max(worst, next.length);
      if (worst > ceiling || seen.size > PLACES_EXPLORED_MAX) return ceiling + 1;
      const key = next.map(({ pattern, matched }) => `${pattern}.${matched}`).join();
      if (next.length === 0 || seen.has(key)) continue;
      seen.add(key);
      open.push(next);
    }
  }
  return worst;
}

/** `matched` tokens of a pattern have been met. */
interface Place {
  readonly pattern: number;
  readonly matched: number;
}

/** Bounds the search; a set of wildcards that needs more than this is refused. */
const PLACES_EXPLORED_MAX = 20_000;
/** Over the length of any pattern (4,096 characters, EventBridge API), so that a place has a number of its own. */
const TOKENS_MAX = 8_192;

// `any` as the character stands for one that no pattern names.
function step(
  patterns: readonly (readonly WildcardToken[])[],
  places: readonly Place[],
  character: WildcardToken,
): Place[] {
  const reached = new Map<number, Place>();
  const reach = (pattern: number, matched: number) => {
    reached.set(pattern * TOKENS_MAX + matched, { pattern, matched });
    // What matches `foo` also matches `foo*`.
    if (patterns[pattern]?.[matched] === any)
      reached.set(pattern * TOKENS_MAX + matched + 1, { pattern, matched: matched + 1 });
  };
  for (const { pattern, matched } of places) {
    const tokens = patterns[pattern] ?? [];
    if (matched > 0 && tokens[matched - 1] === any) reach(pattern, matched);
    if (matched < tokens.length && character !== any && tokens[matched] === character) reach(pattern, matched + 1);
  }
  return [...reached.values()].toSorted((a, b) => a.pattern - b.pattern || a.matched - b.matched);
}
