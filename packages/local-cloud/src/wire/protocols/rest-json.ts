import { AwsError } from "../../kernel/aws-error.ts";
import { readDocument, serializationError } from "../document.ts";
import { errorValue, modeledError } from "../errors.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { rawMembers, schemaOf, structureOf, type NormalizedSchema } from "../schema.ts";
import { scalarFromText } from "../text-scalar.ts";
import { writeJson } from "./document-codecs.ts";
import { parseJson } from "./json.ts";
import type { Route, WireProtocol } from "./protocol.ts";
import { restBinding } from "./rest-routes.ts";
import { textOf } from "./rest-text.ts";

const RULES = { jsonNames: true, binary: false } as const;

/** restJson1: members live in the path, the query, the headers and the body. */
export const restJsonProtocol: WireProtocol = {
  family: "rest",
  decode: readRequest,
  encode: ({ operation }, output, requestId) =>
    writeMessage(schemaOf(operation.output), output as Readonly<Record<string, unknown>>, {
      status: restBinding(operation)?.status ?? 200,
      headers: { "x-amzn-requestid": requestId },
    }),
  refuse: (error, service, requestId) => {
    const schema = service === undefined ? undefined : modeledError(service, error.code)?.schema;
    const headers = { "x-amzn-requestid": requestId, "x-amzn-errortype": error.code };
    const value = errorValue(error, schema);
    if (schema !== undefined) return writeMessage(schema, value, { status: error.status, headers });
    return {
      status: error.status,
      headers: { ...headers, ...JSON_BODY },
      body: JSON.stringify({ message: error.message }),
    };
  },
};

function readRequest({ operation, labels }: Route, request: HttpRequest): unknown {
  const schema = schemaOf(operation.input);
  const input: Record<string, unknown> = {};
  const query = new URLSearchParams(request.query);
  for (const [name, member] of schema.structIterator()) {
    const value = readMember(name, member, { labels, query, request });
    if (value !== undefined) input[name] = value;
  }
  const body = bodySchemaOf(schema);
  if (body === undefined || request.body.length === 0) return input;
  return { ...input, ...(readDocument(body, parseJson(request), RULES) as object) };
}

interface Sources {
  readonly labels: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  readonly request: HttpRequest;
}

function readMember(name: string, member: NormalizedSchema, { labels, query, request }: Sources): unknown {
  const traits = member.getMergedTraits();
  if (traits.httpLabel !== undefined) {
    const label = labels.get(name);
    return label === undefined ? undefined : scalar(name, member, label, "date-time");
  }
  if (traits.httpQuery !== undefined) return readQueryMember(name, member, query.getAll(traits.httpQuery));
  if (traits.httpHeader !== undefined) {
    const header = request.headers[traits.httpHeader.toLowerCase()];
    return header === undefined ? undefined : scalar(name, member, header, "http-date");
  }
  if (traits.httpPayload !== undefined) return readPayload(member, request);
  if (traits.httpQueryParams !== undefined || traits.httpPrefixHeaders !== undefined) {
    throw new AwsError("NotImplemented", `the wire does not bind maps to queries or headers, as ${name} asks`, {
      status: 501,
    });
  }
  return undefined;
}

function readQueryMember(name: string, member: NormalizedSchema, given: readonly string[]): unknown {
  const [first] = given;
  if (first === undefined) return undefined;
  if (!member.isListSchema()) return scalar(name, member, first, "date-time");
  return given.map((text) => scalar(name, member.getValueSchema(), text, "date-time"));
}

function readPayload(member: NormalizedSchema, request: HttpRequest): unknown {
  if (request.body.length === 0) return undefined;
  if (member.isBlobSchema()) return new Uint8Array(request.body);
  if (member.isStringSchema()) return new TextDecoder().decode(request.body);
  return readDocument(member, parseJson(request), RULES);
}

function scalar(name: string, member: NormalizedSchema, text: string, timestamps: "date-time" | "http-date"): unknown {
  const value = scalarFromText(member, text, timestamps);
  if (value === undefined) throw serializationError(`${name} has the value ${text}, which does not fit its type`);
  return value;
}

/** Writes an output or an exception by its HTTP bindings. */
function writeMessage(
  schema: NormalizedSchema,
  value: Readonly<Record<string, unknown>>,
  start: { status: number; headers: Readonly<Record<string, string>> },
): HttpResponse {
  const headers: Record<string, string> = { ...start.headers };
  let status = start.status;
  let body: string | Uint8Array | undefined;
  for (const [name, member] of schema.isStructSchema() ? schema.structIterator() : []) {
    const inner = value[name];
    if (inner === undefined) continue;
    const traits = member.getMergedTraits();
    if (traits.httpResponseCode !== undefined) status = Number(inner);
    else if (traits.httpHeader !== undefined)
      headers[traits.httpHeader.toLowerCase()] = textOf(member, inner, "http-date");
    else if (traits.httpPayload !== undefined) body = writePayload(name, member, inner);
  }
  const bodySchema = bodySchemaOf(schema);
  if (bodySchema !== undefined) {
    return { status, headers: { ...headers, ...JSON_BODY }, body: writeJson(bodySchema, value, RULES) };
  }
  const type = body === undefined || body instanceof Uint8Array ? "application/octet-stream" : "application/json";
  return { status, headers: body === undefined ? headers : { ...headers, "content-type": type }, body: body ?? "" };
}

function writePayload(name: string, member: NormalizedSchema, value: unknown): string | Uint8Array {
  if (member.isStreaming() && member.isStructSchema()) {
    throw new AwsError("NotImplemented", `the wire does not have event streams, as ${name} is one`, { status: 501 });
  }
  if (value instanceof Uint8Array) return value;
  if (typeof value === "string") return value;
  return writeJson(member, value, RULES);
}

const JSON_BODY = { "content-type": "application/json" } as const;

const bodySchemas = new WeakMap<NormalizedSchema, { schema: NormalizedSchema | undefined }>();

/** The members that nothing binds elsewhere: they are the body. */
function bodySchemaOf(schema: NormalizedSchema): NormalizedSchema | undefined {
  let known = bodySchemas.get(schema);
  if (known === undefined) {
    const unbound = rawMembers(schema).filter(([name]) => !isBound(schema.getMemberSchema(name)));
    const hasPayload = rawMembers(schema).some(
      ([name]) => schema.getMemberSchema(name).getMergedTraits().httpPayload !== undefined,
    );
    const isBody = unbound.length > 0 && !hasPayload;
    bodySchemas.set(schema, (known = { schema: isBody ? structureOf("Body", unbound) : undefined }));
  }
  return known.schema;
}

function isBound(member: NormalizedSchema): boolean {
  const traits = member.getMergedTraits();
  return [
    traits.httpLabel,
    traits.httpQuery,
    traits.httpQueryParams,
    traits.httpHeader,
    traits.httpPrefixHeaders,
    traits.httpPayload,
    traits.httpResponseCode,
  ].some((trait) => trait !== undefined);
}
