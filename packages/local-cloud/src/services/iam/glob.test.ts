import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesGlob, parseGlob } from "./glob.ts";

/** The definition, as slow as it likes. */
function naive(pattern: string, text: string): boolean {
  const [first] = pattern;
  if (first === undefined) return text === "";
  if (first === "*") return naive(pattern.slice(1), text) || (text !== "" && naive(pattern, text.slice(1)));
  return text !== "" && (first === "?" || first === text[0]) && naive(pattern.slice(1), text.slice(1));
}

describe("wildcards", () => {
  it("match exactly what their definition says, for any pattern and text", () => {
    const few = fc.string({ unit: fc.constantFrom("a", "b", ":", "*", "?"), maxLength: 9 });
    fc.assert(
      fc.property(few, few, (pattern, text) => {
        expect(matchesGlob(parseGlob(pattern), text)).toBe(naive(pattern, text));
      }),
      { numRuns: 20_000 },
    );
  });

  it("match every text that is made from the pattern itself", () => {
    const parts = fc.array(fc.record({ literal: fc.string(), filler: fc.string() }), { maxLength: 6 });
    fc.assert(
      fc.property(parts, (given) => {
        const literals = given.map(({ literal, filler }) => ({ filler, literal: literal.replaceAll(/[*?]/g, "x") }));
        const pattern = literals.map(({ literal }) => `${literal}*`).join("");
        const text = literals.map(({ literal, filler }) => literal + filler).join("");
        expect(matchesGlob(parseGlob(pattern), text)).toBe(true);
      }),
    );
  });

  it("cost at most length times length steps, even where a careless matcher would take for ever", () => {
    const pattern = parseGlob(`${"a*".repeat(1_000)}b`);
    expect(matchesGlob(pattern, "a".repeat(20_000))).toBe(false);
  });
});
