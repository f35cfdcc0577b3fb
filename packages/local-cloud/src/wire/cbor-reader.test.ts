import { cbor } from "@smithy/core/cbor";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AwsError } from "../kernel/aws-error.ts";
import { readCbor } from "./cbor-reader.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));

describe("CBOR is read as RFC 8949 has it", () => {
  it.each<[bytes: string, value: unknown]>([
    ["00", 0],
    ["17", 23],
    ["1818", 24],
    ["1903e8", 1000],
    ["1a000f4240", 1_000_000],
    ["1b000000e8d4a51000", 1_000_000_000_000],
    ["20", -1],
    ["3903e7", -1000],
    ["f90000", 0],
    ["f93c00", 1],
    ["f93e00", 1.5],
    ["f97bff", 65504],
    ["f90001", 5.960464477539063e-8],
    ["f9c400", -4],
    ["fa47c35000", 100_000],
    ["fb3ff199999999999a", 1.1],
    ["f97c00", Infinity],
    ["f4", false],
    ["f5", true],
    ["f6", null],
    ["f7", null],
    ["4401020304", Uint8Array.of(1, 2, 3, 4)],
    ["60", ""],
    ["62c3bc", "ü"],
    ["80", []],
    ["83010203", [1, 2, 3]],
    ["a26161016162820203", { a: 1, b: [2, 3] }],
    ["c11a514b67b0", new Date("2013-03-21T20:04:00Z")],
    ["c1fb41d452d9ec200000", new Date("2013-03-21T20:04:00.500Z")],
    ["5f42010243030405ff", Uint8Array.of(1, 2, 3, 4, 5)],
    ["7f657374726561646d696e67ff", "streaming"],
    ["9f018202039f0405ffff", [1, [2, 3], [4, 5]]],
    ["bf61610161629f0203ffff", { a: 1, b: [2, 3] }],
  ])("%s", (bytes, value) => {
    expect(structured(readCbor(hex(bytes)))).toEqual(value);
  });

  it("and reads back whatever the SDK writes", () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.constant(null),
      fc.uint8Array().map((bytes) => new Uint8Array(bytes)),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.array(tie("tree")),
        fc.dictionary(
          fc.string().filter((key) => key !== "__proto__"),
          tie("tree"),
        ),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(structured(readCbor(new Uint8Array(cbor.serialize(value))))).toEqual(structured(value));
      }),
    );
  });
});

describe("CBOR that is none is refused", () => {
  it.each([
    ["no bytes", "", "the CBOR body ends too early"],
    ["a text that is cut", "6261", "the CBOR body ends too early"],
    ["a list of four billion items", "9affffffff", "the CBOR body ends too early"],
    ["a list of more items than there are numbers", "9bffffffffffffffff00", "the CBOR body ends too early"],
    ["a text longer than memory", "7b7fffffffffffffff", "the CBOR body ends too early"],
    ["bytes after the end", "0000", "the CBOR body goes on after its end"],
    ["a key that is no text", "a10001", "a CBOR map may have only text keys"],
    ["a decimal of any size", "c48219010001", "CBOR tag 4 is not supported"],
    ["a big number", "c24101", "CBOR tag 2 is not supported"],
    ["an instant beyond time", "c1fb7fe0000000000000", "a timestamp is out of range"],
    ["an instant in text", "c16161", "CBOR tag 1 is not supported"],
    ["a reserved length", "1c", "CBOR length 28 is not supported"],
    ["a simple value", "f0", "CBOR simple value 16 is not supported"],
    ["a break that ends nothing", "ff", "CBOR simple value 31 is not supported"],
    ["a string with a part of another kind", "5f6161ff", "a CBOR string has a part of another kind"],
    ["a string whose part has no length", "5f5fffff", "CBOR length 31 is not supported"],
    ["nesting without end", "81".repeat(5_000), "the CBOR body nests more than 200 levels deep"],
    ["maps without end", "a16161".repeat(5_000), "the CBOR body nests more than 200 levels deep"],
  ])("%s", (_title, bytes, message) => {
    expect(() => readCbor(hex(bytes))).toThrow(new AwsError("SerializationException", message));
  });

  it("whatever the bytes are, without any other error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(outcomeOf(() => readCbor(new Uint8Array(bytes)))).toBe("read or refused");
      }),
      { numRuns: 20_000 },
    );
  });

  it("and no key of a map is special", () => {
    const map = readCbor(hex("a1695f5f70726f746f5f5fa16161f5")) as Record<string, unknown>;
    expect(Object.keys(map)).toEqual(["__proto__"]);
    expect(map["a"]).toBeUndefined();
  });
});

function outcomeOf(work: () => unknown): string {
  try {
    work();
    return "read or refused";
  } catch (error) {
    return error instanceof AwsError ? "read or refused" : String(error);
  }
}

/** Maps come without a prototype, for safety; for comparison they get one. */
function structured(value: unknown): unknown {
  if (value instanceof Uint8Array || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(structured);
  if (typeof value !== "object" || value === null) return value === 0 ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, structured(inner)]));
}
