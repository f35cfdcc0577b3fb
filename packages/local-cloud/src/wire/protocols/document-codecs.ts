import { CborCodec } from "@smithy/core/cbor";
import { JsonCodec2 } from "@smithy/core/protocols";
import type { NormalizedSchema } from "../schema.ts";

const EPOCH_SECONDS = 7;

/** Writes a value as JSON; `jsonNames` as restJson1 has them. */
export function writeJson(schema: NormalizedSchema, value: unknown, options: { jsonNames: boolean }): Uint8Array {
  if (!schema.isStructSchema() && !schema.isDocumentSchema()) return new TextEncoder().encode("{}");
  const codec = new JsonCodec2({
    timestampFormat: { useTrait: true, default: EPOCH_SECONDS },
    jsonName: options.jsonNames,
  });
  const serializer = codec.createSerializer();
  serializer.write(schema, value);
  // A copy that is bytes and nothing else: the SDK's own has string methods that warn when anything calls them.
  return new Uint8Array(serializer.flush());
}

export function writeCbor(schema: NormalizedSchema, value: unknown): Uint8Array {
  if (!schema.isStructSchema()) return Uint8Array.of(EMPTY_CBOR_MAP);
  const serializer = new CborCodec().createSerializer();
  serializer.write(schema, value);
  return serializer.flush();
}

const EMPTY_CBOR_MAP = 0xa0;
