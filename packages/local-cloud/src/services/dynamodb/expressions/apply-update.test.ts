import { marshall, type NativeAttributeValue } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";
import { applyUpdate } from "./apply-update.ts";
import { readExpressions } from "./request-expressions.ts";

type Plain = Record<string, NativeAttributeValue>;

function update(item: Plain, UpdateExpression: string, given: Plain = {}): unknown {
  const values = marshall(given);
  const members = Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values };
  const { update: actions = [] } = readExpressions(
    { UpdateExpression, ...members },
    { layer: "current", values: ["UpdateExpression"] },
  );
  return applyUpdate(marshall(item), actions);
}

describe("an update", () => {
  const effects: [before: Plain, expression: string, given: Plain, after: Plain][] = [
    [{ l: [[1], [2]] }, "SET l[0][0] = l[1][0], l[1][0] = l[0][0]", {}, { l: [[2], [1]] }],
    [{ l: [1, 2, 3] }, "REMOVE l[0] SET l[1] = :v, l[8] = :w", { ":v": "b", ":w": "z" }, { l: ["b", 3, "z"] }],
    [{ l: [1] }, "SET l[3] = :v, l[1] = :w", { ":v": 3, ":w": 1 }, { l: [1, 1, 3] }],
    [{ m: { l: [{ a: 1 }] } }, "SET m.l[0].b = m.l[0].a", {}, { m: { l: [{ a: 1, b: 1 }] } }],
    [{ a: 1 }, "SET b = if_not_exists(c, if_not_exists(d, a))", {}, { a: 1, b: 1 }],
    [{ a: 1, l: [0] }, "ADD l[0] :v, a :v", { ":v": 2 }, { a: 3, l: [2] }],
    [{}, "ADD s :v", { ":v": new Set([1]) }, { s: new Set([1]) }],
    [{ s: new Set(["a"]) }, "DELETE s :v", { ":v": new Set(["a"]) }, {}],
    [{ m: { s: new Set(["a", "b"]) } }, "DELETE m.s :v", { ":v": new Set(["a"]) }, { m: { s: new Set(["b"]) } }],
  ];
  it.each(effects)("of %j: %s", (before, expression, given, after) => {
    expect(update(before, expression, given)).toEqual(marshall(after));
  });

  const refusals: [before: Plain, expression: string, given: Plain, message: string][] = [
    [
      { a: 1 },
      "SET a.b = :v",
      { ":v": 1 },
      "The document path provided in the update expression is invalid for update",
    ],
    [{ l: [] }, "SET l[0].a = :v", { ":v": 1 }, "The document path provided in the update expression is invalid"],
    [{ m: {} }, "SET m[0] = :v", { ":v": 1 }, "The document path provided in the update expression is invalid"],
    [{ l: [] }, "REMOVE l.a", {}, "The document path provided in the update expression is invalid for update"],
    [{ s: "a" }, "ADD s :v", { ":v": 1 }, "An operand in the update expression has an incorrect data type"],
    [{ s: "a" }, "DELETE s :v", { ":v": new Set(["a"]) }, "An operand in the update expression has an incorrect"],
    [{ s: new Set([1]) }, "ADD s :v", { ":v": new Set(["a"]) }, "An operand in the update expression has an incorrect"],
    [{ s: "a" }, "SET a = list_append(s, :v)", { ":v": [] }, "An operand in the update expression has an incorrect"],
    [{}, "SET a = b.c", {}, "The provided expression refers to an attribute that does not exist in the item"],
  ];
  it.each(refusals)("of %j is refused: %s", (before, expression, given, message) => {
    expect(() => update(before, expression, given)).toThrow(message);
  });

  it("leaves the item that it began with as it was", () => {
    const before = marshall({ l: [1, { a: 1 }], s: new Set(["a"]) });
    const copy = structuredClone(before);
    const { update: actions = [] } = readExpressions(
      {
        UpdateExpression: "SET l[1].a = l[0], l[7] = l[0] ADD s :v",
        ExpressionAttributeValues: { ":v": { SS: ["b"] } },
      },
      { layer: "current", values: ["UpdateExpression"] },
    );
    applyUpdate(before, actions);
    expect(before).toEqual(copy);
  });

  it("may set attributes with any name", () => {
    const { update: actions = [] } = readExpressions(
      {
        UpdateExpression: "SET #a = :v, #b = :v",
        ExpressionAttributeNames: { "#a": "__proto__", "#b": "toString" },
        ExpressionAttributeValues: { ":v": { S: "x" } },
      },
      { layer: "current", values: ["UpdateExpression"] },
    );
    const after = applyUpdate({}, actions);
    expect(Object.keys(after)).toEqual(["__proto__", "toString"]);
    expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
  });
});
