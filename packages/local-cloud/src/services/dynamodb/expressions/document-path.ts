import { attributeOf, type AttributeValue, type Item } from "../values/attribute-value.ts";

/** Where a value lies in an item: names of attributes and map members, indexes of list elements. */
export type DocumentPath = readonly (string | number)[];

/** The value at a path; undefined when the path leads nowhere. */
export function valueAt(item: Item, path: DocumentPath): AttributeValue | undefined {
  const [first, ...rest] = path;
  if (typeof first !== "string") return undefined;
  let value = attributeOf(item, first);
  for (const step of rest) {
    if (value === undefined) return undefined;
    value = childOf(value, step);
  }
  return value;
}

function childOf(value: AttributeValue, step: string | number): AttributeValue | undefined {
  if (typeof step === "number") return value.L?.[step];
  return value.M === undefined ? undefined : attributeOf(value.M, step);
}

/** As AWS writes paths in messages: `[a, b, [2]]`. */
export function showPath(path: DocumentPath): string {
  return `[${path.map((step) => (typeof step === "number" ? `[${step}]` : step)).join(", ")}]`;
}

export function samePath(a: DocumentPath, b: DocumentPath): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

/**
 * What is wrong with two paths in one expression: one that contains the other, or that takes the same thing for a list
 * and for a map. Undefined when they go together.
 */
export function clashOf(a: DocumentPath, b: DocumentPath): "overlap" | "conflict" | undefined {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    if (typeof a[index] !== typeof b[index]) return "conflict";
    if (a[index] !== b[index]) return undefined;
  }
  return "overlap";
}
