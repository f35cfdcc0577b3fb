import { describe, expect, it } from "vitest";
import { Refusal } from "../refusal.ts";
import type { AttributeValue } from "./attribute-value.ts";
import { checkItem, checkValue } from "./check-value.ts";

const INVALID = "One or more parameter values were invalid: ";
const b = (text: string): Uint8Array => Buffer.from(text);

function nested(levels: number): AttributeValue {
  return levels === 1 ? { S: "x" } : { L: [nested(levels - 1)] };
}

describe("a value", () => {
  it("is stored with its numbers in their one form, at any depth", () => {
    const value = { M: { list: { L: [{ N: "01.0" }, { NS: ["1e1", "2"] }] }, text: { S: "01.0" } } };
    expect(checkValue(value, "current")).toEqual({
      M: { list: { L: [{ N: "1" }, { NS: ["10", "2"] }] }, text: { S: "01.0" } },
    });
  });

  it("is kept as it is when there is nothing to change", () => {
    const item = { a: { L: [{ N: "1" }] }, b: { M: { c: { SS: ["x"] } } } };
    expect(checkItem(item, "current")).toBe(item);
  });

  it("may be nested 32 levels deep, and not 33", () => {
    expect(checkValue(nested(32), "current")).toEqual(nested(32));
    expect(() => checkValue(nested(33), "current")).toThrow(
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
    );
  });

  const either: [AttributeValue, string][] = [
    [{}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"],
    [
      { S: "a", N: "1" },
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    ],
    [{ NULL: false }, `${INVALID}Null attribute value types must have the value of true`],
    [{ SS: [] }, `${INVALID}An string set  may not be empty`],
    [{ NS: [] }, `${INVALID}An number set  may not be empty`],
    [{ BS: [] }, `${INVALID}Binary sets should not be empty`],
    [{ N: "b" }, "The parameter cannot be converted to a numeric value: b"],
    [{ L: [{ NS: ["1", "x"] }] }, "The parameter cannot be converted to a numeric value: x"],
    [{ N: "1E126" }, "Number overflow. Attempting to store a number with magnitude larger than supported range"],
    [{ N: "1E-131" }, "Number underflow. Attempting to store a number with magnitude smaller than supported range"],
    [{ N: "1".repeat(39) }, "Attempting to store more than 38 significant digits in a Number"],
  ];
  it.each(either)("is refused in every operation: %j", (value, message) => {
    expect(() => checkValue(value, "current")).toThrow(new Refusal(message));
    expect(() => checkValue(value, "older")).toThrow(new Refusal(message));
  });

  const layered: [AttributeValue, current: string, older: string][] = [
    [
      { N: "" },
      "The parameter cannot be converted to a numeric value: ",
      "The parameter cannot be converted to a numeric value",
    ],
    [
      { SS: ["b", "a", "b", "a"] },
      `${INVALID}Input collection ["a", "b", "b", "a"] contains duplicates.`,
      `${INVALID}Input collection [b, a, b, a] contains duplicates.`,
    ],
    [{ NS: ["1", "1.0"] }, `${INVALID}Input collection contains duplicates.`, "Input collection contains duplicates"],
    [
      { BS: [b("x"), b("x")] },
      `${INVALID}Input collection ["eA==","eA=="]of type BS contains duplicates.`,
      `${INVALID}Input collection [eA==, eA==]of type BS contains duplicates.`,
    ],
  ];
  it.each(layered)("is refused in two ways: %j", (value, current, older) => {
    expect(() => checkValue(value, "current")).toThrow(new Refusal(current));
    expect(() => checkValue(value, "older")).toThrow(new Refusal(older));
  });

  it("has a name", () => {
    expect(() => checkItem({ "": { S: "a" } }, "current")).toThrow("Empty attribute name");
    const longest = "n".repeat(65_535);
    expect(checkItem({ [longest]: { S: "" } }, "current")).toHaveProperty([longest]);
    expect(() => checkItem({ [`${longest}n`]: { S: "" } }, "current")).toThrow("Attribute name is too large");
  });
});
