import type { JsonNode, JsonScalar } from "./json-node.ts";

/**
 * An event as patterns see it: its scalars by dotted path. Arrays leave no trace in the path; `elements` remembers
 * which element of which array a value was found in, so that one match never mixes two elements of the same array.
 * An empty array or object has no fields, which is why `exists` does not find it.
 */
export type EventFields = ReadonlyMap<string, readonly FieldValue[]>;

export interface FieldValue {
  readonly scalar: JsonScalar;
  readonly elements: ArrayElements;
}

/** Array (numbered through the event) -> index of the element. */
export type ArrayElements = ReadonlyMap<number, number>;

export const noElements: ArrayElements = new Map();

export function fieldsOf(event: JsonNode): EventFields {
  const fields = new Map<string, FieldValue[]>();
  let arrays = 0;
  const visit = (node: JsonNode, path: string, elements: ArrayElements): void => {
    switch (node.kind) {
      case "object":
        for (const [key, inner] of node.entries) visit(inner, path === "" ? key : `${path}.${key}`, elements);
        return;
      case "array": {
        const array = arrays++;
        // Scalars belong to no element: two values of a plain list may both match.
        for (const [index, item] of node.items.entries()) {
          const isScalar = item.kind !== "object" && item.kind !== "array";
          visit(item, path, isScalar ? elements : new Map([...elements, [array, index]]));
        }
        return;
      }
      default: {
        const values = fields.get(path);
        if (values === undefined) fields.set(path, [{ scalar: node, elements }]);
        else values.push({ scalar: node, elements });
      }
    }
  };
  visit(event, "", noElements);
  return fields;
}

/** Both memberships together; undefined when they name different elements of the same array. */
export function joinElements(soFar: ArrayElements, next: ArrayElements): ArrayElements | undefined {
  if (next.size === 0) return soFar;
  if (soFar.size === 0) return next;
  for (const [array, index] of next) {
    const known = soFar.get(array);
    if (known !== undefined && known !== index) return undefined;
  }
  return new Map([...soFar, ...next]);
}
