import { attributeOf, typeOf, type AttributeValue, type Item } from "../values/attribute-value.ts";
import { byteText, compareScalars, sameValue } from "../values/compare.ts";
import type { Condition, Operand } from "./condition.ts";
import { valueAt } from "./document-path.ts";
import type { Comparator } from "./syntax.ts";

/** Whether an item meets a condition; an item that does not exist has no attributes. */
export function meets(item: Item | undefined, condition: Condition): boolean {
  return evaluate(condition, item ?? {});
}

function evaluate(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case "and":
      return evaluate(condition.left, item) && evaluate(condition.right, item);
    case "or":
      return evaluate(condition.left, item) || evaluate(condition.right, item);
    case "not":
      return !evaluate(condition.condition, item);
    case "compare":
      return compare(condition.comparator, valueOf(condition.left, item), valueOf(condition.right, item));
    case "between": {
      const value = valueOf(condition.operand, item);
      return compare(">=", value, valueOf(condition.low, item)) && compare("<=", value, valueOf(condition.high, item));
    }
    case "in": {
      const value = valueOf(condition.operand, item);
      return condition.options.some((option) => compare("=", value, valueOf(option, item)));
    }
    case "attribute_exists":
      return valueAt(item, condition.path) !== undefined;
    case "attribute_not_exists":
      return valueAt(item, condition.path) === undefined;
    case "attribute_type": {
      const value = valueOf(condition.operand, item);
      return value !== undefined && typeOf(value) === condition.type;
    }
    case "begins_with":
      return beginsWith(valueOf(condition.operand, item), valueOf(condition.part, item));
    case "contains":
      return contains(valueOf(condition.operand, item), valueOf(condition.part, item));
  }
}

function valueOf(operand: Operand, item: Item): AttributeValue | undefined {
  switch (operand.kind) {
    case "value":
      return operand.value;
    case "path": {
      const [name, ...rest] = operand.path;
      // Most paths are one name.
      return rest.length === 0 && typeof name === "string" ? attributeOf(item, name) : valueAt(item, operand.path);
    }
    case "size": {
      const size = sizeOf(valueOf(operand.of, item));
      return size === undefined ? undefined : { N: String(size) };
    }
  }
}

/** Comparing with nothing, or with another type, is false; except that it is not equal. */
function compare(comparator: Comparator, a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (comparator === "<>") return a === undefined || b === undefined || !sameValue(a, b);
  if (a === undefined || b === undefined) return false;
  if (comparator === "=") return sameValue(a, b);
  const order = compareScalars(a, b);
  if (order === undefined) return false;
  switch (comparator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

function beginsWith(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (value?.S !== undefined && part?.S !== undefined) return value.S.startsWith(part.S);
  if (value?.B !== undefined && part?.B !== undefined) return byteText(value.B).startsWith(byteText(part.B));
  return false;
}

/** A part of a text or binary, a member of a set, an element of a list. */
function contains(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if (value.L !== undefined) return value.L.some((element) => sameValue(element, part));
  if (part.S !== undefined) return value.S?.includes(part.S) ?? value.SS?.includes(part.S) ?? false;
  if (part.N !== undefined) return value.NS?.includes(part.N) ?? false;
  if (part.B === undefined) return false;
  const bytes = byteText(part.B);
  if (value.B !== undefined) return byteText(value.B).includes(bytes);
  return value.BS?.some((member) => byteText(member) === bytes) ?? false;
}

/** "The length of the string", "the number of bytes" of a binary, members of anything else; a number has none. */
function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value.S !== undefined) return value.S.length;
  if (value.B !== undefined) return value.B.byteLength;
  if (value.M !== undefined) return Object.keys(value.M).length;
  return (value.SS ?? value.NS ?? value.BS ?? value.L)?.length;
}
