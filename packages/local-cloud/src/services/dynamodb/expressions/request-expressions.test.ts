import { describe, expect, it } from "vitest";
import { Refusal } from "../refusal.ts";
import type { AttributeValue } from "../values/attribute-value.ts";
import { readExpressions, type ExpressionMembers } from "./request-expressions.ts";

type Values = Record<string, AttributeValue>;

const V: Values = { ":v": { S: "x" } };
const N: Values = { ":v": { N: "1" } };

function read(members: ExpressionMembers, layer: "current" | "older" = "current"): unknown {
  return readExpressions(members, { layer, values: ["UpdateExpression", "ConditionExpression"] });
}

const operands = (name: string, count: number) =>
  `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`;
const wrongType = (name: string, type: string) =>
  `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`;
const needsPath = (name: string) => `Operator or function requires a document path; operator or function: ${name}`;
const misplaced = (name: string) =>
  `The function is not allowed to be used this way in an expression; function: ${name}`;

describe("a condition is refused", () => {
  const refusals: [ConditionExpression: string, values: Values | undefined, message: string][] = [
    ["", undefined, "The expression can not be empty;"],
    ["a", undefined, `Syntax error; token: "<EOF>", near: "a"`],
    ["a = ", undefined, `Syntax error; token: "<EOF>", near: "= "`],
    ["a = b c", undefined, `Syntax error; token: "c", near: "b c"`],
    ["a.0 = b", undefined, `Syntax error; token: "0", near: ".0 ="`],
    ["a[b] = c", undefined, `Syntax error; token: "b", near: "[b]"`],
    ["a = 5", undefined, `Syntax error; token: "5", near: "= 5"`],
    ["a = 'x'", undefined, `Syntax error; token: "'", near: "= 'x"`],
    ["_a = b", undefined, `Syntax error; token: "_", near: "_a"`],
    ["(a = b", undefined, `Syntax error; token: "<EOF>", near: "b"`],
    ["a = b AND", undefined, `Syntax error; token: "<EOF>", near: "AND"`],
    ["a BETWEEN b OR c", undefined, `Syntax error; token: "OR", near: "b OR c"`],
    ["((a = b)) AND c = d", undefined, "The expression has redundant parentheses;"],
    ["a = ((b))", undefined, "The expression has redundant parentheses;"],
    ["a = data", undefined, "Attribute name is a reserved keyword; reserved keyword: data"],
    ["a.Name = b", undefined, "Attribute name is a reserved keyword; reserved keyword: Name"],
    ["Size(a) = b", undefined, "Invalid function name; function: Size"],
    ["contains(list_append(a, b), c)", undefined, "Invalid function name; function: list_append"],
    ["contains(a, begins_with(b, c))", undefined, misplaced("begins_with")],
    ["size(a)", undefined, misplaced("size")],
    ["attribute_exists(a, b)", undefined, operands("attribute_exists", 2)],
    ["begins_with(a)", undefined, operands("begins_with", 1)],
    ["size(a, b) = c", undefined, operands("size", 2)],
    ["attribute_exists(:v)", V, needsPath("attribute_exists")],
    ["begins_with(a, :v)", N, wrongType("begins_with", "N")],
    ["attribute_type(a, :v)", N, wrongType("attribute_type", "N")],
    ["a < :v", { ":v": { BOOL: true } }, wrongType("<", "BOOL")],
    ["size(:v) = a", N, wrongType("size", "N")],
    [
      "a BETWEEN :v AND :w",
      { ":v": { S: "a" }, ":w": { N: "1" } },
      "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:a}, upper bound operand: AttributeValue: {N:1}",
    ],
    ["a = :other", V, "An expression attribute value used in expression is not defined; attribute value: :other"],
    ["#a = :v", V, "An expression attribute name used in the document path is not defined; attribute name: #a"],
    [
      "contains(a.b[1], a.b[1])",
      undefined,
      "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a, b, [1]]",
    ],
  ];
  it.each(refusals)("%s", (ConditionExpression, values, message) => {
    const members = { ConditionExpression, ExpressionAttributeValues: values };
    expect(() => read(members)).toThrow(new Refusal(`Invalid ConditionExpression: ${message}`));
  });

  it("with more than 100 options of IN", () => {
    const options = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`).join();
    expect(() => read({ ConditionExpression: `b IN (${options(100)})` })).not.toThrow();
    expect(() => read({ ConditionExpression: `b IN (${options(101)})` })).toThrow(operands("IN", 102));
  });

  it("with more than 300 operators", () => {
    const chain = (count: number) => `a=b${" OR a=b".repeat(count)}`;
    // Every OR comes with a comparison: 149 of them, and the first comparison, are 299 operators.
    expect(() => read({ ConditionExpression: chain(149) })).not.toThrow();
    expect(() => read({ ConditionExpression: chain(150) })).toThrow(
      "Invalid ConditionExpression: The expression contains too many operators; operator count: 301",
    );
  });

  it("with more than 4,096 bytes", () => {
    const padded = (bytes: number) => `a = b${" ".repeat(bytes - 5)}`;
    expect(() => read({ ConditionExpression: padded(4096) })).not.toThrow();
    expect(() => read({ ConditionExpression: padded(4097) })).toThrow(
      "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097",
    );
  });
});

describe("an update is refused", () => {
  const overlap = (kind: string, one: string, two: string) =>
    `Two document paths ${kind} with each other; must remove or rewrite one of these paths; path one: ${one}, path two: ${two}`;
  const refusals: [UpdateExpression: string, values: Values | undefined, message: string][] = [
    ["a = b", undefined, `Syntax error; token: "a", near: "a ="`],
    ["SET a", undefined, `Syntax error; token: "<EOF>", near: "a"`],
    ["SET a = b + c + d", undefined, `Syntax error; token: "+", near: "c + d"`],
    ["REMOVE :v", V, `Syntax error; token: ":v", near: "REMOVE :v"`],
    ["ADD a b", undefined, `Syntax error; token: "b", near: "a b"`],
    ["ADD a :v ADD b :v", N, 'The "ADD" section can only be used once in an update expression;'],
    ["SET a = size(b)", undefined, "Invalid function name; function: size"],
    ["SET a = if_not_exists(b)", undefined, operands("if_not_exists", 1)],
    ["SET a = if_not_exists(:v, b)", V, needsPath("if_not_exists")],
    ["SET a = list_append(b, list_append(c, d))", undefined, misplaced("list_append")],
    ["SET a = list_append(b, :v)", V, wrongType("list_append", "S")],
    ["SET a = b + :v", V, wrongType("+", "S")],
    ["SET a = :v - b", V, wrongType("-", "S")],
    ["ADD a :v", V, "Incorrect operand type for operator or function; operator: ADD, operand type: STRING"],
    ["DELETE a :v", N, "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER"],
    ["SET a = b, a = c", undefined, overlap("overlap", "[a]", "[a]")],
    ["SET a[1].b = c REMOVE a[1]", undefined, overlap("overlap", "[a, [1], b]", "[a, [1]]")],
    ["SET a[1] = c REMOVE a.b", undefined, overlap("conflict", "[a, [1]]", "[a, b]")],
  ];
  it.each(refusals)("%s", (UpdateExpression, values, message) => {
    const members = { UpdateExpression, ExpressionAttributeValues: values };
    expect(() => read(members)).toThrow(new Refusal(`Invalid UpdateExpression: ${message}`));
  });
});

describe("a projection is refused", () => {
  it.each([
    [
      "a, a",
      "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]",
    ],
    ["a b", `Syntax error; token: "b", near: "a b"`],
    ["a,", `Syntax error; token: "<EOF>", near: ","`],
    ["size(a)", `Syntax error; token: "(", near: "size(a"`],
  ])("%s", (ProjectionExpression, message) => {
    expect(() => read({ ProjectionExpression })).toThrow(new Refusal(`Invalid ProjectionExpression: ${message}`));
  });
});

describe("names and values are refused", () => {
  const used = { ConditionExpression: "a = :v" };
  const refusals: [why: string, members: ExpressionMembers, message: string][] = [
    [
      "without an expression for names",
      { ExpressionAttributeNames: { "#a": "b" } },
      "ExpressionAttributeNames can only be specified when using expressions",
    ],
    [
      "without an expression for values",
      { ExpressionAttributeValues: V, ProjectionExpression: "a" },
      "ExpressionAttributeValues can only be specified when using expressions",
    ],
    ["when there are none", { ...used, ExpressionAttributeValues: {} }, "ExpressionAttributeValues must not be empty"],
    [
      "without a colon",
      { ...used, ExpressionAttributeValues: { v: { S: "x" } } },
      'ExpressionAttributeValues contains invalid key: Syntax error; key: "v"',
    ],
    [
      "without a hash",
      { ...used, ExpressionAttributeValues: V, ExpressionAttributeNames: { a: "b" } },
      'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
    ],
    [
      "when nothing uses a name",
      { ...used, ExpressionAttributeValues: V, ExpressionAttributeNames: { "#a": "b" } },
      "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}",
    ],
    [
      "when nothing uses some values",
      { ...used, ExpressionAttributeValues: { ...V, ":w": { S: "" }, ":x": { S: "" } } },
      "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w, :x}",
    ],
  ];
  it.each(refusals)("%s", (_, members, message) => {
    expect(() => read(members)).toThrow(new Refusal(message));
  });

  it("in the older operations with more words", () => {
    expect(() => read({ ExpressionAttributeValues: V }, "older")).toThrow(
      "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null",
    );
    expect(() => read({ ...used, ExpressionAttributeValues: { ":v": {} } }, "older")).toThrow(
      "ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes for key :v",
    );
  });
});

describe("names that JavaScript's objects inherit", () => {
  it("are not defined unless the request defines them", () => {
    expect(() => read({ ConditionExpression: "a = :constructor", ExpressionAttributeValues: V })).toThrow(
      "attribute value: :constructor",
    );
    expect(() => read({ ConditionExpression: "#toString = b", ExpressionAttributeNames: { "#a": "b" } })).toThrow(
      "attribute name: #toString",
    );
  });
});
