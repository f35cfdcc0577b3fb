import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AttributeValue } from "./attribute-value.ts";
import { compareScalars, compareTexts, sameValue, sortableText } from "./compare.ts";

const bytes = (...members: number[]): Uint8Array => new Uint8Array(members);

describe("two texts", () => {
  it("sort by their UTF-8 bytes, not by JavaScript's code units", () => {
    // U+FF5E is EF BD 9E in UTF-8, the cheese F0 9F A7 80; in UTF-16 the cheese begins with D83E.
    expect(["🧀", "～"].toSorted(compareTexts)).toEqual(["～", "🧀"]);
  });

  it("sort as their bytes do, whatever is in them", () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
        const [x, y] = [sortableText(a), sortableText(b)];
        return compareTexts(a, b) === expected && (x < y ? -1 : x > y ? 1 : 0) === expected;
      }),
    );
  });
});

describe("two values", () => {
  const same: [AttributeValue, AttributeValue][] = [
    [{ SS: ["a", "b"] }, { SS: ["b", "a"] }],
    [{ NS: ["1", "2"] }, { NS: ["2", "1"] }],
    [{ BS: [bytes(1), bytes(2)] }, { BS: [bytes(2), bytes(1)] }],
    [{ B: bytes(1, 255) }, { B: bytes(1, 255) }],
    [{ L: [{ S: "a" }, { M: { b: { NULL: true } } }] }, { L: [{ S: "a" }, { M: { b: { NULL: true } } }] }],
    [{ M: { a: { N: "1" }, b: { N: "2" } } }, { M: { b: { N: "2" }, a: { N: "1" } } }],
  ];
  it.each(same)("are the same: %j and %j", (a, b) => {
    expect([sameValue(a, b), sameValue(b, a)]).toEqual([true, true]);
  });

  const different: [AttributeValue, AttributeValue][] = [
    [{ S: "1" }, { N: "1" }],
    [{ S: "" }, { NULL: true }],
    [{ SS: ["a"] }, { SS: ["a", "b"] }],
    [{ SS: ["1"] }, { NS: ["1"] }],
    [{ L: [{ S: "a" }, { S: "b" }] }, { L: [{ S: "b" }, { S: "a" }] }],
    [{ L: [{ S: "a" }] }, { L: [{ S: "a" }, { S: "b" }] }],
    [{ L: [] }, { M: {} }],
    [{ M: { a: { N: "1" } } }, { M: { b: { N: "1" } } }],
    [{ M: {} }, { M: { constructor: { N: "1" } } }],
    [{ BOOL: true }, { BOOL: false }],
    [{ B: bytes(1) }, { B: bytes(1, 0) }],
  ];
  it.each(different)("are not the same: %j and %j", (a, b) => {
    expect([sameValue(a, b), sameValue(b, a)]).toEqual([false, false]);
  });

  it("have no order when they are of different types, or of one that has none", () => {
    expect(compareScalars({ S: "1" }, { N: "1" })).toBeUndefined();
    expect(compareScalars({ BOOL: true }, { BOOL: false })).toBeUndefined();
  });
});
