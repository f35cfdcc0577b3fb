import { NormalizedSchema } from "@smithy/core/schema";
import fc, { type Arbitrary } from "fast-check";

/** Any value of a shape, as the SDK's own schemas have it. */
export function valueOf(ref: unknown): Arbitrary<unknown> {
  return arbitrary(NormalizedSchema.of(ref as never), DEPTH);
}

/** Levels of structures and lists; shapes may contain themselves. */
const DEPTH = 5;

function arbitrary(schema: NormalizedSchema, depth: number): Arbitrary<unknown> {
  if (schema.isUnitSchema()) return fc.constant({});
  if (schema.isStructSchema()) return structure(schema, depth);
  if (schema.isListSchema())
    return fc.array(arbitrary(schema.getValueSchema(), depth - 1), { minLength: 1, maxLength: 2 });
  if (schema.isMapSchema())
    return fc.dictionary(TEXT, arbitrary(schema.getValueSchema(), depth - 1), { minKeys: 1, maxKeys: 2 });
  if (schema.isBlobSchema()) return fc.uint8Array({ maxLength: 4 });
  if (schema.isTimestampSchema())
    return fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000));
  if (schema.isBooleanSchema()) return fc.boolean();
  if (schema.isNumericSchema()) return fc.integer({ min: -1_000_000, max: 1_000_000 });
  if (schema.isStringSchema()) return TEXT;
  throw new Error(`no values of ${schema.getName()}`);
}

function structure(schema: NormalizedSchema, depth: number): Arbitrary<unknown> {
  const members = [...schema.structIterator()].filter(([, member]) => depth > 1 || isScalar(member));
  const values = members.map(([name, member]) => [name, arbitrary(member, depth - 1)] as const);
  if (schema.isUnionSchema())
    return fc.oneof(...values.map(([name, value]) => value.map((chosen) => ({ [name]: chosen }))));
  // A token that is absent is made up by the client, and differs each time.
  const requiredKeys = members.filter(([, member]) => member.isIdempotencyToken()).map(([name]) => name);
  return fc.record(Object.fromEntries(values), { requiredKeys });
}

function isScalar(schema: NormalizedSchema): boolean {
  return !schema.isStructSchema() && !schema.isListSchema() && !schema.isMapSchema();
}

/** Whatever XML, JSON and forms write in ways of their own; control characters no XML can carry. */
const TEXT = fc.string({
  unit: fc.constantFrom(...Array.from("azAZ09 <>&'\"\\/+=%?;:,.~*_-é漢😀")),
  minLength: 1,
  maxLength: 6,
});
