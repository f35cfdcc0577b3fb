import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addNumbers, compareNumbers, normalizeNumber, numberBytes, sortableNumber } from "./decimal.ts";

const DIGITS_38 = "12345678901234567890123456789012345678";

describe("a number", () => {
  it.each([
    ["0", "0"],
    ["-0", "0"],
    ["0.000", "0"],
    ["+7", "7"],
    ["007.50", "7.5"],
    [".5", "0.5"],
    ["5.", "5"],
    ["1e3", "1000"],
    ["-1.5E-3", "-0.0015"],
    ["100000000000000000000", "100000000000000000000"],
    [DIGITS_38, DIGITS_38],
    [`0.${DIGITS_38}`, `0.${DIGITS_38}`],
    [`${DIGITS_38}000`, `${DIGITS_38}000`],
    ["9.9999999999999999999999999999999999999E+125", `${"9".repeat(38)}${"0".repeat(88)}`],
    ["1E-130", `0.${"0".repeat(129)}1`],
  ])("written as %s is stored as %s", (written, text) => {
    expect(normalizeNumber(written)).toEqual({ text });
  });

  it.each([
    ["", "not numeric"],
    ["1 ", "not numeric"],
    ["1e", "not numeric"],
    [".", "not numeric"],
    ["0x10", "not numeric"],
    ["NaN", "not numeric"],
    ["Infinity", "not numeric"],
    ["1E126", "overflow"],
    ["-1E126", "overflow"],
    ["1E-131", "underflow"],
    [`${DIGITS_38}9`, "too precise"],
    [`${DIGITS_38}.1`, "too precise"],
    ["0E126", "overflow"],
  ])("written as %j is refused: %s", (written, fault) => {
    expect(normalizeNumber(written)).toEqual({ fault });
  });
});

describe("the sum of two numbers", () => {
  it.each([
    ["0.1", "0.2", 1, "0.3"],
    ["1", "1", -1, "0"],
    ["-1.5", "1", -1, "-2.5"],
    ["12345678901234567890123456789012345677", "1", 1, DIGITS_38],
    ["1E125".replace("E125", "0".repeat(125)), `9${"0".repeat(124)}`, -1, `1${"0".repeat(124)}`],
    [`0.${"0".repeat(129)}1`, "0", 1, `0.${"0".repeat(129)}1`],
  ] as const)("of %s and %s with sign %s is exact", (a, b, sign, text) => {
    expect(addNumbers(a, b, sign)).toEqual({ text });
  });

  it.each([
    ["of more than 38 digits", DIGITS_38, "0.1", "overflow"],
    ["beyond 9.99E+125", `9${"0".repeat(125)}`, `9${"0".repeat(125)}`, "overflow"],
  ])("%s is refused", (_, a, b, fault) => {
    expect(addNumbers(a, b, 1)).toEqual({ fault });
  });
});

describe("the order of numbers", () => {
  const inOrder = [
    "-1E+125",
    "-99",
    "-9.5",
    "-9",
    "-0.001",
    "-1E-130",
    "0",
    "1E-130",
    "0.001",
    "0.01",
    "9",
    "9.5",
    "10",
  ]
    .map((written) => normalizeNumber(written))
    .map((number) => ("text" in number ? number.text : "fault"));

  it("is that of their values, however they are compared", () => {
    const mixed = inOrder.toReversed();
    expect(mixed.toSorted(compareNumbers)).toEqual(inOrder);
    const bySortable = mixed.toSorted((a, b) => (sortableNumber(a) < sortableNumber(b) ? -1 : 1));
    expect(bySortable).toEqual(inOrder);
  });

  it("is the same for the number and for its sortable text", () => {
    const scaled = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: -30, max: 30 }));
    fc.assert(
      fc.property(scaled, scaled, ([a, powerOfA], [b, powerOfB]) => {
        const exact = a * 10n ** BigInt(powerOfA + 30) - b * 10n ** BigInt(powerOfB + 30);
        const [left, right] = [`${a}e${powerOfA}`, `${b}e${powerOfB}`].map((text) => normalizeNumber(text));
        if (left === undefined || right === undefined || "fault" in left || "fault" in right) return false;
        const [x, y] = [sortableNumber(left.text), sortableNumber(right.text)];
        const expected = exact < 0n ? -1 : exact > 0n ? 1 : 0;
        return (
          Math.sign(compareNumbers(left.text, right.text)) === expected && (x < y ? -1 : x > y ? 1 : 0) === expected
        );
      }),
    );
  });
});

describe("the size of a number", () => {
  it.each([
    ["0", 1],
    ["7", 2],
    ["-7", 3],
    ["123456", 4],
    ["1234567", 5],
    ["3.14159", 5],
    ["100", 2],
    ["0.5", 2],
    [`1${"0".repeat(125)}`, 2],
    [DIGITS_38, 20],
  ])("of %s is %s bytes", (text, bytes) => {
    expect(numberBytes(text)).toBe(bytes);
  });
});
