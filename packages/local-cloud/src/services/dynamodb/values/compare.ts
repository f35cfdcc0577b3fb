import { attributeOf, typeOf, type AttributeValue, type Item } from "./attribute-value.ts";
import { compareNumbers } from "./decimal.ts";

/** Whether two values are the same: sets without regard to order, numbers by value (they are stored in one form). */
export function sameValue(a: AttributeValue, b: AttributeValue): boolean {
  if (a === b) return true;
  if (a.S !== undefined) return a.S === b.S;
  if (a.N !== undefined) return a.N === b.N;
  if (a.B !== undefined) return b.B !== undefined && compareBytes(a.B, b.B) === 0;
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL;
  if (a.NULL !== undefined) return b.NULL !== undefined;
  if (a.SS !== undefined) return b.SS !== undefined && sameMembers(a.SS, b.SS);
  if (a.NS !== undefined) return b.NS !== undefined && sameMembers(a.NS, b.NS);
  if (a.BS !== undefined) return b.BS !== undefined && sameMembers(a.BS.map(byteText), b.BS.map(byteText));
  if (a.L !== undefined) return b.L !== undefined && sameList(a.L, b.L);
  return a.M !== undefined && b.M !== undefined && sameItem(a.M, b.M);
}

/** Whether two items have the same attributes. */
export function sameItem(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const [left, right] = [attributeOf(a, name), attributeOf(b, name)];
    return left !== undefined && right !== undefined && sameValue(left, right);
  });
}

/** Orders two texts, numbers or binaries (`a - b`); undefined when they are of other or of different types. */
export function compareScalars(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.S !== undefined && b.S !== undefined) return compareTexts(a.S, b.S);
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N);
  if (a.B !== undefined && b.B !== undefined) return compareBytes(a.B, b.B);
  return undefined;
}

/** Orders texts by their UTF-8 bytes, as DynamoDB does. */
export function compareTexts(a: string, b: string): number {
  const [left, right] = [sortableText(a), sortableText(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * A text whose UTF-16 code units sort as the UTF-8 bytes of the given one. They differ only above U+D7FF, where UTF-16
 * puts surrogates (characters beyond U+FFFF) before U+E000 to U+FFFF.
 */
export function sortableText(text: string): string {
  if (!ABOVE_D7FF.test(text)) return text;
  let sortable = "";
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    sortable += String.fromCharCode(unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);
  }
  return sortable;
}

/** One character for each byte: sorts and compares as the bytes do, and can be the key of a Map. */
export function byteText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

/** A text that is the same for the same value of a set member: `1` and `1.0` are already one form. */
export function memberText(member: string | Uint8Array): string {
  return typeof member === "string" ? member : byteText(member);
}

/** The type and the value as AWS writes them in messages: `{S:abc}`. */
export function describeValue(value: AttributeValue): string {
  if (value.S !== undefined) return `{S:${value.S}}`;
  if (value.N !== undefined) return `{N:${value.N}}`;
  if (value.B !== undefined) return `{B:${Buffer.from(value.B).toString("base64")}}`;
  return `{${typeOf(value)}}`;
}

const ABOVE_D7FF = /[\ud800-\uffff]/;

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const members = new Set(a);
  return b.every((member) => members.has(member));
}

function sameList(a: readonly AttributeValue[], b: readonly AttributeValue[]): boolean {
  return (
    a.length === b.length &&
    a.every((left, index) => {
      const right = b[index];
      return right !== undefined && sameValue(left, right);
    })
  );
}
