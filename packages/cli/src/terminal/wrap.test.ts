import { describe, expect, it } from "vitest";
import { clip, wrap } from "./wrap.ts";

describe("wrapped text", () => {
  it("is as wide as told, and indented below its lead", () => {
    expect(wrap("one two three four", { width: 14, lead: "  do: " })).toEqual([
      "  do: one two",
      "      three",
      "      four",
    ]);
  });

  it("keeps a word that is longer than a line whole", () => {
    expect(wrap("see arn:aws:states:us-east-1 now", { width: 12, lead: "" })).toEqual([
      "see",
      "arn:aws:states:us-east-1",
      "now",
    ]);
  });

  it("is one line where it fits, and where there is nothing", () => {
    expect(wrap("ab cd", { width: 5, lead: "" })).toEqual(["ab cd"]);
    expect(wrap("", { width: 5, lead: "x: " })).toEqual(["x: "]);
  });
});

describe("a clipped line", () => {
  const red = "\u001b[31mabcdef\u001b[0m";

  it("keeps its colours where it fits, and is plain where it does not", () => {
    expect(clip(red, 6)).toBe(red);
    expect(clip(red, 5)).toBe("abcd…");
    expect(clip("abcdef", 1)).toBe("…");
  });
});
