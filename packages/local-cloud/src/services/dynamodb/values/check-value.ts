import { Refusal } from "../refusal.ts";
import { ATTRIBUTE_TYPES, type AttributeType, type AttributeValue, type Item } from "./attribute-value.ts";
import { byteText, memberText } from "./compare.ts";
import { normalizeNumber, type NumberFault } from "./decimal.ts";
import { textBytes } from "./size.ts";

/**
 * How an operation words a bad value. AWS checks values in one of two layers: "current" (PutItem, UpdateItem,
 * DeleteItem, GetItem, BatchGetItem, Query) and "older" (BatchWriteItem, transactions, Scan). Recorded on AWS in
 * October 2026: dynamodb-conformance by Paritysuite, valueLayers.
 */
export type ValueLayer = "current" | "older";

/** Levels of nested lists and maps, the attribute itself counted. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MAX_NESTING = 32;
/** Bytes of an attribute's name (AWS documents 64 KB; 65,535 is the last that it takes). */
const MAX_NAME_BYTES = 65_535;

/**
 * Checks every attribute of an item or key, and returns it as it is stored: numbers in their one form.
 * @throws {Refusal} in AWS's words
 */
export function checkItem(item: Item, layer: ValueLayer): Item {
  for (const name in item) checkName(name);
  return checkMembers(item, layer, 1);
}

/** Checks one value and returns it as it is stored. */
export function checkValue(value: AttributeValue, layer: ValueLayer, level = 1): AttributeValue {
  if (level > MAX_NESTING) throw new Refusal(NESTED_TOO_DEEP);
  const type = onlyType(value);
  switch (type) {
    case "S":
    case "B":
    case "BOOL":
      return value;
    case "NULL":
      if (value.NULL === true) return value;
      throw new Refusal(`${INVALID}Null attribute value types must have the value of true`);
    case "N":
      return checkNumber(value, layer);
    case "SS":
    case "NS":
    case "BS":
      return checkSet(type, value, layer);
    case "L":
      return checkList(value, layer, level);
    case "M":
      return checkMap(value, layer, level);
  }
}

export const NUMBER_FAULTS: Readonly<Record<Exclude<NumberFault, "not numeric">, string>> = {
  overflow: "Number overflow. Attempting to store a number with magnitude larger than supported range",
  underflow: "Number underflow. Attempting to store a number with magnitude smaller than supported range",
  "too precise": "Attempting to store more than 38 significant digits in a Number",
};

const NESTED_TOO_DEEP =
  "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

/** The beginning of many of AWS's messages. */
export const INVALID = "One or more parameter values were invalid: ";

function checkName(name: string): void {
  if (name === "") throw new Refusal("Empty attribute name");
  if (name.length > MAX_NAME_BYTES / 3 && textBytes(name) > MAX_NAME_BYTES) {
    throw new Refusal(`Attribute name is too large, must be less than ${MAX_NAME_BYTES + 1} bytes`);
  }
}

function onlyType(value: AttributeValue): AttributeType {
  let found: AttributeType | undefined;
  for (const type of ATTRIBUTE_TYPES) {
    if (value[type] === undefined) continue;
    if (found !== undefined) throw new Refusal(`Supplied AttributeValue has more than one datatypes set, ${ONE_TYPE}`);
    found = type;
  }
  if (found === undefined) throw new Refusal(`Supplied AttributeValue is empty, ${ONE_TYPE}`);
  return found;
}

function checkNumber(value: AttributeValue, layer: ValueLayer): AttributeValue {
  const written = value.N ?? "";
  const text = storedNumber(written, layer);
  return text === written ? value : { N: text };
}

function storedNumber(text: string, layer: ValueLayer): string {
  const number = normalizeNumber(text);
  if (!("fault" in number)) return number.text;
  if (number.fault !== "not numeric") throw new Refusal(NUMBER_FAULTS[number.fault]);
  const quoted = text === "" && layer === "older" ? "" : `: ${text}`;
  throw new Refusal(`The parameter cannot be converted to a numeric value${quoted}`);
}

function checkSet(type: "SS" | "NS" | "BS", value: AttributeValue, layer: ValueLayer): AttributeValue {
  const members: readonly (string | Uint8Array)[] = value[type] ?? [];
  // The two spaces and the article are AWS's.
  if (members.length === 0) {
    if (type === "BS") throw new Refusal(`${INVALID}Binary sets should not be empty`);
    throw new Refusal(`${INVALID}An ${type === "SS" ? "string" : "number"} set  may not be empty`);
  }
  const stored = type === "NS" ? (value.NS ?? []).map((number) => storedNumber(number, layer)) : members;
  if (new Set(stored.map(memberText)).size !== members.length) {
    throw new Refusal(layer === "current" ? currentDuplicate(type, stored) : olderDuplicate(type, members));
  }
  return type === "NS" ? { NS: stored.map(memberText) } : value;
}

function olderDuplicate(type: AttributeType, members: readonly (string | Uint8Array)[]): string {
  if (type === "NS") return "Input collection contains duplicates";
  return `${INVALID}Input collection [${members.map(shown).join(", ")}]${type === "BS" ? "of type BS" : ""} contains duplicates.`;
}

/** The current layer lists the members in byte order up to the first repeat, then the repeat, then the rest as sent. */
function currentDuplicate(type: AttributeType, members: readonly (string | Uint8Array)[]): string {
  if (type === "NS") return `${INVALID}Input collection contains duplicates.`;
  const seen = new Map<string, string | Uint8Array>();
  let repeat = 0;
  for (const member of members) {
    if (seen.has(memberText(member))) break;
    seen.set(memberText(member), member);
    repeat++;
  }
  const inOrder = [...seen.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, member]) => member);
  const quoted = [...inOrder, ...members.slice(repeat)].map((member) => `"${shown(member)}"`);
  if (type === "BS") return `${INVALID}Input collection [${quoted.join(",")}]of type BS contains duplicates.`;
  return `${INVALID}Input collection [${quoted.join(", ")}] contains duplicates.`;
}

function shown(member: string | Uint8Array): string {
  return typeof member === "string" ? member : Buffer.from(byteText(member), "latin1").toString("base64");
}

function checkList(value: AttributeValue, layer: ValueLayer, level: number): AttributeValue {
  const elements = value.L ?? [];
  if (elements.length === 0) return value;
  const stored = elements.map((element) => checkValue(element, layer, level + 1));
  return stored.every((element, index) => element === elements[index]) ? value : { L: stored };
}

function checkMap(value: AttributeValue, layer: ValueLayer, level: number): AttributeValue {
  const members = value.M ?? {};
  const stored = checkMembers(members, layer, level + 1);
  return stored === members ? value : { M: stored };
}

function checkMembers(members: Item, layer: ValueLayer, level: number): Item {
  let changed: [string, AttributeValue][] | undefined;
  for (const name in members) {
    const member = members[name] ?? {};
    const stored = checkValue(member, layer, level);
    if (stored !== member) (changed ??= []).push([name, stored]);
  }
  return changed === undefined ? members : { ...members, ...Object.fromEntries(changed) };
}

const ONE_TYPE = "must contain exactly one of the supported datatypes";
