/** A pattern as IAM knows them: characters (UTF-16 units), `*` for any number of them, `?` for exactly one. */
export type Glob = readonly GlobPart[];

export type GlobPart = string | typeof ANY | typeof ONE;

export const ANY = Symbol("*");
export const ONE = Symbol("?");

/** Reads `*` and `?` as wildcards. */
export function parseGlob(text: string): Glob {
  return text.split("").map((character) => (character === "*" ? ANY : character === "?" ? ONE : character));
}

/**
 * Whether the whole text fits. Takes at most length x length steps, whatever the pattern: at a mismatch only the last
 * `*` can take one character more, because everything before it has matched already.
 */
export function matchesGlob(glob: Glob, text: string): boolean {
  let part = 0;
  let at = 0;
  let retry: { part: number; at: number } | undefined;
  while (at < text.length) {
    const wanted = glob[part];
    if (wanted === ANY) {
      retry = { part: part + 1, at };
      part++;
    } else if (wanted === ONE || (wanted !== undefined && wanted === text[at])) {
      part++;
      at++;
    } else if (retry !== undefined) {
      retry = { part: retry.part, at: retry.at + 1 };
      ({ part, at } = retry);
    } else return false;
  }
  return glob.slice(part).every((rest) => rest === ANY);
}
