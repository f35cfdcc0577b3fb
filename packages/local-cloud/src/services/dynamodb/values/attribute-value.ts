/**
 * One value as the API writes it: exactly one member is set (`checkValue` sees to that). The store keeps these objects
 * as they came, never changes them, and shares what two versions of an item have in common.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
export interface AttributeValue {
  readonly S?: string | undefined;
  /** A decimal number as text, since 38 digits do not fit a double. */
  readonly N?: string | undefined;
  readonly B?: Uint8Array | undefined;
  readonly BOOL?: boolean | undefined;
  readonly NULL?: boolean | undefined;
  readonly SS?: readonly string[] | undefined;
  readonly NS?: readonly string[] | undefined;
  readonly BS?: readonly Uint8Array[] | undefined;
  readonly L?: readonly AttributeValue[] | undefined;
  readonly M?: Readonly<Record<string, AttributeValue>> | undefined;
}

/** A whole item, or a key, or the attributes of a map. */
export type Item = Readonly<Record<string, AttributeValue>>;

export const ATTRIBUTE_TYPES = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"] as const;
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

/** The type of a value that `checkValue` let pass. */
export function typeOf(value: AttributeValue): AttributeType {
  for (const type of ATTRIBUTE_TYPES) if (value[type] !== undefined) return type;
  throw new TypeError("an attribute value without a type was let through");
}

/** The attribute of that name; never one that JavaScript's own objects inherit, such as `constructor`. */
export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** The attributes of those names that the item has. */
export function pickAttributes(item: Item, names: readonly string[]): Item {
  const picked: [string, AttributeValue][] = [];
  for (const name of names) {
    const value = attributeOf(item, name);
    if (value !== undefined) picked.push([name, value]);
  }
  return Object.fromEntries(picked);
}
