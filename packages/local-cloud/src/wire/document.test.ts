import { describe, expect, it } from "vitest";
import { AwsError } from "../kernel/aws-error.ts";
import { sdkServices } from "../kernel/sdk.ts";
import type { ServiceName } from "../kernel/service.ts";
import { readDocument } from "./document.ts";
import { schemaOf } from "./schema.ts";

function read(service: ServiceName, operation: string, document: unknown): unknown {
  const schema = schemaOf(sdkServices.get(service)?.operations.get(operation)?.input);
  return readDocument(schema, document, { jsonNames: false, binary: false });
}

describe("a JSON document", () => {
  it("drops members that the shape does not have, and null members", () => {
    expect(read("dynamodb", "GetItem", { TableName: "t", Nonsense: 1, ConsistentRead: null })).toEqual({
      TableName: "t",
    });
  });

  it("reads bytes, instants, maps and shapes that contain themselves", () => {
    const Item = { a: { B: "AAH/" }, b: { L: [{ M: { c: { N: "1" } } }] }, __proto_: { BOOL: true } };
    expect(read("dynamodb", "PutItem", { TableName: "t", Item })).toEqual({
      TableName: "t",
      Item: { ...Item, a: { B: Uint8Array.of(0, 1, 255) } },
    });
    expect(read("monitoring", "PutMetricData", { Namespace: "n", MetricData: [{ Timestamp: 1767225600.5 }] })).toEqual({
      Namespace: "n",
      MetricData: [{ Timestamp: new Date("2026-01-01T00:00:00.500Z") }],
    });
  });

  it("takes no key of a map for the prototype", () => {
    const item: unknown = JSON.parse('{"TableName":"t","Item":{"__proto__":{"S":"x"}}}');
    const { Item } = read("dynamodb", "PutItem", item) as { Item: object };
    expect(Object.keys(Item)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(Item)).toBe(Object.prototype);
  });
});

describe("a JSON document that does not fit is refused in the words of AWS", () => {
  it.each<[document: unknown, message: string]>([
    [{ TableName: 1 }, "NUMBER_VALUE cannot be converted to String"],
    [{ TableName: 1.5 }, "DECIMAL_VALUE cannot be converted to String"],
    [{ TableName: true }, "TRUE_VALUE cannot be converted to String"],
    [{ TableName: {} }, "Start of structure or map found where not expected"],
    [{ TableName: [] }, "Unrecognized collection type class java.lang.String"],
    [{ ReturnValues: false }, "FALSE_VALUE cannot be converted to String"],
    [{ Item: "x" }, "STRING_VALUE cannot be converted to PutItemInputAttributeMap"],
    [{ Item: [] }, "Unexpected field type"],
    [{ Item: { a: null } }, "a list or map may not contain null"],
    [{ Item: { a: { SS: "x" } } }, "STRING_VALUE cannot be converted to List"],
    [{ Item: { a: { SS: [null] } } }, "a list or map may not contain null"],
    [{ Item: { a: { B: "not base64" } } }, "only base-64-encoded strings are convertible to bytes"],
    [{ Item: { a: { B: 7 } } }, "only base-64-encoded strings are convertible to bytes"],
    [{ Item: { a: { BOOL: "true" } } }, "STRING_VALUE cannot be converted to Boolean"],
    ["text", "STRING_VALUE cannot be converted to PutItemInput"],
    [[], "Unexpected field type"],
    [null, "BINARY_VALUE cannot be converted to PutItemInput"],
  ])("%j", (document, message) => {
    expect(() => read("dynamodb", "PutItem", document)).toThrow(new AwsError("SerializationException", message));
  });

  it.each([["yesterday"], [Number.MAX_VALUE], [{}], [true]])("an instant that is none: %j", (Timestamp) => {
    const document = { Namespace: "n", MetricData: [{ MetricName: "m", Timestamp, Value: 1 }] };
    expect(() => read("monitoring", "PutMetricData", document)).toThrow(AwsError);
  });

  it("nesting without end", () => {
    let nested: object = { S: "x" };
    for (let level = 0; level < 5_000; level++) nested = { L: [nested] };
    expect(() => read("dynamodb", "PutItem", { Item: { a: nested } })).toThrow(
      "the request nests values more than 100 levels deep",
    );
  });

  it("a number that is too large for one", () => {
    const document: unknown = JSON.parse('{"TableName":"t","Limit":1e999}');
    expect(() => read("dynamodb", "Query", document)).toThrow("a number must be finite");
  });
});
