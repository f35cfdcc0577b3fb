import { Refusal } from "../refusal.ts";
import { attributeOf, type AttributeValue, type Item } from "../values/attribute-value.ts";
import { NUMBER_FAULTS } from "../values/check-value.ts";
import { memberText } from "../values/compare.ts";
import { addNumbers } from "../values/decimal.ts";
import { valueAt } from "./document-path.ts";
import type { Action, NewValue } from "./update.ts";

/**
 * The item after an update; the given one stays as it is. Everything that SET reads, and every list index, means the
 * item as it was before.
 * @throws {Refusal} when the item does not have what the update builds on
 */
export function applyUpdate(item: Item, actions: readonly Action[]): Item {
  const changes = actions.map((action): Change => ({ steps: action.path, change: changeOf(action, item) }));
  return changeMembers(item, changes);
}

/** What becomes of one value: undefined means that it is not there (before) or goes (after). */
type ValueChange = (value: AttributeValue | undefined) => AttributeValue | undefined;

/** A change, and the steps that are still to be taken to where it happens. */
interface Change {
  readonly steps: readonly (string | number)[];
  readonly change: ValueChange;
}

function changeOf(action: Action, item: Item): ValueChange {
  switch (action.kind) {
    case "SET": {
      const value = evaluate(action.value, item);
      return () => value;
    }
    case "REMOVE":
      return () => undefined;
    case "ADD":
      return (value) => added(value, action.value);
    case "DELETE":
      return (value) => deleted(value, action.value);
  }
}

function evaluate(value: NewValue, item: Item): AttributeValue {
  switch (value.kind) {
    case "value":
      return value.value;
    case "path": {
      const found = valueAt(item, value.path);
      if (found !== undefined) return found;
      throw new Refusal("The provided expression refers to an attribute that does not exist in the item");
    }
    case "if_not_exists":
      return valueAt(item, value.path) ?? evaluate(value.otherwise, item);
    case "list_append": {
      const [left, right] = [evaluate(value.left, item).L, evaluate(value.right, item).L];
      if (left === undefined || right === undefined) throw new Refusal(WRONG_OPERAND);
      return { L: [...left, ...right] };
    }
    case "sum": {
      const [left, right] = [evaluate(value.left, item).N, evaluate(value.right, item).N];
      if (left === undefined || right === undefined) throw new Refusal(WRONG_OPERAND);
      return { N: sumOf(left, right, value.sign) };
    }
  }
}

function sumOf(left: string, right: string, sign: 1 | -1): string {
  const sum = addNumbers(left, right, sign);
  if (!("fault" in sum)) return sum.text;
  throw new Refusal(NUMBER_FAULTS[sum.fault === "not numeric" ? "overflow" : sum.fault]);
}

/** Numbers add up, sets unite; what is not there counts as zero, or as an empty set. */
function added(value: AttributeValue | undefined, addend: AttributeValue): AttributeValue {
  if (value === undefined) return addend;
  if (value.N !== undefined && addend.N !== undefined) return { N: sumOf(value.N, addend.N, 1) };
  if (value.SS !== undefined && addend.SS !== undefined) return { SS: union(value.SS, addend.SS) };
  if (value.NS !== undefined && addend.NS !== undefined) return { NS: union(value.NS, addend.NS) };
  if (value.BS !== undefined && addend.BS !== undefined) return { BS: union(value.BS, addend.BS) };
  throw new Refusal(WRONG_OPERAND);
}

/** A set without those members; a set that would be empty goes altogether. */
function deleted(value: AttributeValue | undefined, members: AttributeValue): AttributeValue | undefined {
  if (value === undefined) return undefined;
  if (value.SS !== undefined && members.SS !== undefined) return nonEmpty("SS", difference(value.SS, members.SS));
  if (value.NS !== undefined && members.NS !== undefined) return nonEmpty("NS", difference(value.NS, members.NS));
  if (value.BS !== undefined && members.BS !== undefined) return nonEmpty("BS", difference(value.BS, members.BS));
  throw new Refusal(WRONG_OPERAND);
}

function changeMembers(members: Item, changes: readonly Change[]): Item {
  const changed = new Map<string, AttributeValue | undefined>();
  for (const [name, group] of groupByStep(changes)) {
    if (typeof name !== "string") throw new Refusal(WRONG_PATH);
    changed.set(name, changeValue(attributeOf(members, name), group));
  }
  const kept = Object.entries(members).filter(([name]) => !changed.has(name) || changed.get(name) !== undefined);
  const entries = kept.map(([name, value]): [string, AttributeValue] => [name, changed.get(name) ?? value]);
  for (const [name, value] of changed) {
    if (value !== undefined && !Object.hasOwn(members, name)) entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}

/** Elements beyond the end of the list go to its end, in the order of their indexes. */
function changeElements(elements: readonly AttributeValue[], changes: readonly Change[]): readonly AttributeValue[] {
  const changed: (AttributeValue | undefined)[] = [...elements];
  const groups = [...groupByStep(changes)].toSorted(([a], [b]) => Number(a) - Number(b));
  for (const [index, group] of groups) {
    if (typeof index !== "number") throw new Refusal(WRONG_PATH);
    const value = changeValue(elements[index], group);
    if (index < elements.length) changed[index] = value;
    else changed.push(value);
  }
  return changed.filter((element) => element !== undefined);
}

/** All changes at or below one value. Targets never overlap, so one that ends here is alone. */
function changeValue(value: AttributeValue | undefined, changes: readonly Change[]): AttributeValue | undefined {
  const [first] = changes;
  if (first !== undefined && first.steps.length === 0) return first.change(value);
  const intoList = typeof first?.steps[0] === "number";
  if (intoList && value?.L !== undefined) return { L: changeElements(value.L, changes) };
  if (!intoList && value?.M !== undefined) return { M: changeMembers(value.M, changes) };
  throw new Refusal(WRONG_PATH);
}

function groupByStep(changes: readonly Change[]): Map<string | number, Change[]> {
  const groups = new Map<string | number, Change[]>();
  for (const { steps, change } of changes) {
    const [step, ...rest] = steps;
    if (step === undefined) continue;
    const group = groups.get(step);
    if (group === undefined) groups.set(step, [{ steps: rest, change }]);
    else group.push({ steps: rest, change });
  }
  return groups;
}

const WRONG_OPERAND = "An operand in the update expression has an incorrect data type";
const WRONG_PATH = "The document path provided in the update expression is invalid for update";

function union<T extends string | Uint8Array>(members: readonly T[], others: readonly T[]): T[] {
  const known = new Set(members.map(memberText));
  return [...members, ...others.filter((member) => !known.has(memberText(member)))];
}

function difference<T extends string | Uint8Array>(members: readonly T[], others: readonly T[]): T[] {
  const gone = new Set(others.map(memberText));
  return members.filter((member) => !gone.has(memberText(member)));
}

function nonEmpty(type: "SS" | "NS" | "BS", members: readonly (string | Uint8Array)[]): AttributeValue | undefined {
  return members.length === 0 ? undefined : { [type]: members };
}
