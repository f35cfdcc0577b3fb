/**
 * A parameter's allowedPattern is checked twice: by the API, with Java's regular expressions, and by the agent, with
 * Go's RE2. Both look for the pattern anywhere in the value. What differs and matters: Java's `$` also matches before a
 * line break that ends the value, and RE2 has neither lookaround nor back references.
 */
export function apiAllows(pattern: string, value: string): boolean {
  return toJs(pattern, "(?=\\n?(?![\\s\\S]))").test(value);
}

/** @see apiAllows */
export function agentAllows(pattern: string, value: string): boolean {
  if (isBeyondRe2(pattern)) return false;
  return toJs(pattern, "(?![\\s\\S])").test(value);
}

/** RE2 refuses to compile it, so that the agent refuses every value. */
function isBeyondRe2(pattern: string): boolean {
  return /\(\?(=|!|<=|<!)|(^|[^\\])(\\\\)*\\[1-9]|\\Z/.test(pattern);
}

/** The pattern for JavaScript, with anchors that mean what they mean in the other dialect. */
function toJs(pattern: string, end: string): RegExp {
  let source = "";
  let inClass = false;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === "\\") {
      const escaped = pattern.charAt(++index);
      source += inClass ? `\\${escaped}` : (anchors(end)[escaped] ?? `\\${escaped}`);
      continue;
    }
    if (character === "[") inClass = true;
    if (character === "]") inClass = false;
    source += character === "$" && !inClass ? end : character;
  }
  return new RegExp(source);
}

function anchors(end: string): Readonly<Record<string, string>> {
  return { A: "(?<![\\s\\S])", z: "(?![\\s\\S])", Z: end };
}
