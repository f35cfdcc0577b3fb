import { describe, expect, it } from "vitest";
import { attributeOf, pickAttributes } from "./attribute-value.ts";

describe("attributes with the names of what JavaScript's objects inherit", () => {
  it.each(["constructor", "toString", "__proto__"])("are there when the item has them, and only then: %s", (name) => {
    expect(attributeOf({}, name)).toBeUndefined();
    expect(pickAttributes({}, [name])).toEqual({});
    const item = { a: { S: "a" }, [name]: { S: "x" } };
    expect(attributeOf(item, name)).toEqual({ S: "x" });
    expect(Object.keys(pickAttributes(item, [name]))).toEqual([name]);
  });
});
