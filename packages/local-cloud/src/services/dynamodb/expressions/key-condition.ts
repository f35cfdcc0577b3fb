import { Refusal } from "../refusal.ts";
import type { KeySchema, KeyAttribute } from "../store/key-schema.ts";
import type { AttributeValue } from "../values/attribute-value.ts";
import { INVALID } from "../values/check-value.ts";
import type { Condition, Leaf, Operand } from "./condition.ts";

/** What a KeyConditionExpression says of one attribute. */
export type KeyRange =
  | { readonly operator: "=" | "<" | "<=" | ">" | ">="; readonly value: AttributeValue }
  | { readonly operator: "BETWEEN"; readonly low: AttributeValue; readonly high: AttributeValue }
  | { readonly operator: "begins_with"; readonly value: AttributeValue };

/** What a Query looks for: one partition, and perhaps a range of its sort keys. */
export interface KeyCondition {
  readonly partition: AttributeValue;
  readonly sort: KeyRange | undefined;
}

/** Reads a condition as one on keys: which attribute is held to which range. */
export function toKeyRanges(condition: Condition): ReadonlyMap<string, KeyRange> {
  const ranges = new Map<string, KeyRange>();
  for (const leaf of conjuncts(condition)) {
    const { name, range } = toKeyRange(leaf);
    if (ranges.has(name)) throw new Refusal("KeyConditionExpressions must only contain one condition per key");
    ranges.set(name, range);
  }
  return ranges;
}

/** Holds the ranges against the key of the table or index that is asked. */
export function toKeyCondition(ranges: ReadonlyMap<string, KeyRange>, schema: KeySchema): KeyCondition {
  const attributes = schema.sort === undefined ? 1 : 2;
  if (ranges.size > attributes) {
    throw new Refusal(
      `The number of query conditions (${ranges.size}) exceeds the number of key attributes defined in the schema (${attributes})`,
    );
  }
  const partition = ranges.get(schema.partition.name);
  if (partition === undefined) throw missing(schema.partition);
  checkType(schema.partition, partition);
  if (partition.operator !== "=") throw new Refusal("Query key condition not supported");
  if (schema.sort === undefined) return { partition: partition.value, sort: undefined };
  const sort = ranges.get(schema.sort.name);
  if (sort === undefined && ranges.size > 1) throw missing(schema.sort);
  if (sort !== undefined) checkType(schema.sort, sort);
  return { partition: partition.value, sort };
}

function* conjuncts(condition: Condition): Generator<Leaf> {
  switch (condition.kind) {
    case "and":
      yield* conjuncts(condition.left);
      yield* conjuncts(condition.right);
      return;
    case "or":
    case "not":
      throw notForKeys(condition.kind.toUpperCase());
    case "compare":
    case "between":
    case "in":
    case "attribute_exists":
    case "attribute_not_exists":
    case "attribute_type":
    case "begins_with":
    case "contains":
      yield condition;
  }
}

function toKeyRange(leaf: Leaf): { name: string; range: KeyRange } {
  switch (leaf.kind) {
    case "compare": {
      if (leaf.comparator === "<>") throw notForKeys("<>");
      if (leaf.right.kind !== "path") {
        return { name: keyName(leaf.left), range: { operator: leaf.comparator, value: valueOf(leaf.right) } };
      }
      if (leaf.left.kind === "path") throw new Refusal(`${IN_CONDITION}Multiple attribute names used in one condition`);
      return { name: keyName(leaf.right), range: { operator: MIRRORED[leaf.comparator], value: valueOf(leaf.left) } };
    }
    case "between": {
      checkFirstOperand("BETWEEN", leaf.operand);
      return {
        name: keyName(leaf.operand),
        range: { operator: "BETWEEN", low: valueOf(leaf.low), high: valueOf(leaf.high) },
      };
    }
    case "begins_with": {
      checkFirstOperand("begins_with", leaf.operand);
      return { name: keyName(leaf.operand), range: { operator: "begins_with", value: valueOf(leaf.part) } };
    }
    case "in":
      throw notForKeys("IN");
    case "attribute_exists":
    case "attribute_not_exists":
    case "attribute_type":
    case "contains":
      throw notForKeys(leaf.kind);
  }
}

const IN_CONDITION = "Invalid condition in KeyConditionExpression: ";

const MIRRORED = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

function notForKeys(operator: string): Refusal {
  return new Refusal(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function checkFirstOperand(operator: string, operand: Operand): void {
  if (operand.kind === "value") {
    throw new Refusal(`${IN_CONDITION}${operator} operator must have the key attribute as its first operand`);
  }
}

function keyName(operand: Operand): string {
  if (operand.kind === "size") throw nested();
  if (operand.kind === "value") throw new Refusal(`${IN_CONDITION}No key attribute specified`);
  const [name, ...rest] = operand.path;
  if (rest.length > 0 || typeof name !== "string") {
    throw new Refusal("KeyConditionExpressions cannot have conditions on nested attributes");
  }
  return name;
}

function valueOf(operand: Operand): AttributeValue {
  if (operand.kind === "value") return operand.value;
  if (operand.kind === "size") throw nested();
  throw new Refusal(`${IN_CONDITION}Multiple attribute names used in one condition`);
}

function nested(): Refusal {
  return new Refusal("KeyConditionExpressions cannot contain nested operations");
}

function missing(attribute: KeyAttribute): Refusal {
  return new Refusal(`Query condition missed key schema element: ${attribute.name}`);
}

function checkType(attribute: KeyAttribute, range: KeyRange): void {
  const values = range.operator === "BETWEEN" ? [range.low, range.high] : [range.value];
  if (values.every((value) => value[attribute.type] !== undefined)) return;
  throw new Refusal(`${INVALID}Condition parameter type does not match schema type`);
}
