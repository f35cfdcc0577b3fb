import { describe, expect, it } from "vitest";
import { dollars, duration, table } from "./table.ts";

describe("a table", () => {
  it("aligns its columns, and has no space at the end of a line", () => {
    expect(
      table([
        ["a", "bb", "c"],
        ["longer", "b", ""],
      ]),
    ).toBe("a       bb  c\nlonger  b");
  });
});

it.each([
  [0, "0s"],
  [59_400, "59s"],
  [59_600, "1m 00s"],
  [3_599_000, "59m 59s"],
  [3_720_000, "1h 02m"],
  [-5, "0s"],
])("writes %d ms as %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

it.each([
  [4504.1, "$4504.10"],
  [0.00242, "$0.00242"],
  [0, "$0.00000"],
])("writes %d dollars as %s", (amount, text) => {
  expect(dollars(amount)).toBe(text);
});
