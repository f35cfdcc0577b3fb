import { readCbor } from "../cbor-reader.ts";
import { readDocument } from "../document.ts";
import { errorValue, modeledError } from "../errors.ts";
import { rawMembers, schemaOf, STRING_SCHEMA, structureOf, type NormalizedSchema } from "../schema.ts";
import { writeCbor } from "./document-codecs.ts";
import { typeOf } from "./json.ts";
import type { WireProtocol } from "./protocol.ts";

/** Smithy RPC v2 CBOR. https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
export const cborProtocol: WireProtocol = {
  family: "json",
  decode: ({ operation }, request) =>
    // An operation without input has no body.
    request.body.length === 0
      ? {}
      : readDocument(schemaOf(operation.input), readCbor(request.body), { jsonNames: false, binary: true }),
  encode: ({ operation }, output, requestId) => ({
    status: 200,
    headers: headers(requestId),
    body: writeCbor(schemaOf(operation.output), output),
  }),
  refuse: (error, service, requestId) => {
    const schema = service === undefined ? undefined : modeledError(service, error.code)?.schema;
    const value = { __type: typeOf(error, service), ...errorValue(error, schema) };
    return { status: error.status, headers: headers(requestId), body: writeCbor(envelopeOf(schema), value) };
  },
};

function headers(requestId: string): Record<string, string> {
  return { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor", "x-amzn-requestid": requestId };
}

function envelopeOf(schema: NormalizedSchema | undefined): NormalizedSchema {
  const own = schema === undefined ? [] : rawMembers(schema);
  const spelled = own.some(([name]) => name.toLowerCase() === "message");
  const message: [string, unknown][] = spelled ? [] : [["message", STRING_SCHEMA]];
  return structureOf("Error", [["__type", STRING_SCHEMA], ...own, ...message]);
}
