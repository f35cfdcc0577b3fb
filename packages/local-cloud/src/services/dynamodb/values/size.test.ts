import { describe, expect, it } from "vitest";
import type { AttributeValue } from "./attribute-value.ts";
import { itemBytes, valueBytes } from "./size.ts";

describe("the size of a value", () => {
  const sizes: [AttributeValue, number][] = [
    [{ S: "Käse 🧀" }, 10],
    [{ S: "" }, 0],
    [{ N: "123456" }, 4],
    [{ B: new Uint8Array(7) }, 7],
    [{ BOOL: false }, 1],
    [{ NULL: true }, 1],
    [{ SS: ["ab", "c"] }, 3],
    [{ NS: ["1", "-1"] }, 5],
    [{ BS: [new Uint8Array(2), new Uint8Array(3)] }, 5],
    [{ L: [] }, 3],
    [{ L: [{ S: "a" }, { NULL: true }] }, 7],
    [{ M: {} }, 3],
    [{ M: { name: { S: "abc" } } }, 11],
  ];
  it.each(sizes)("%j is %s bytes", (value, bytes) => {
    expect(valueBytes(value)).toBe(bytes);
  });
});

describe("the size of an item", () => {
  it("counts its names", () => {
    expect(itemBytes({ pk: { S: "a" }, größe: { N: "1" } })).toBe(3 + 9);
  });
});
