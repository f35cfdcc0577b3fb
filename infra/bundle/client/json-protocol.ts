import { decorateServiceException, ServiceException } from "@smithy/core/client";
import { HttpRequest, loadJsonRpcErrorCode } from "@smithy/core/protocols";
import { NormalizedSchema, TypeRegistry } from "@smithy/core/schema";
import type { HttpResponse, OperationSchema, StaticErrorSchema } from "@smithy/types";
import { fromDocument, toDocument } from "./json-document.ts";
import type { WireContext, WireProtocol } from "./service.ts";

export interface JsonProtocolOptions {
  readonly version: "1.0" | "1.1";
  /** What an operation's name is prefixed with, such as `DynamoDB_20120810`. */
  readonly target: string;
  /** Of the service's shapes, such as `com.amazonaws.dynamodb`. */
  readonly namespace: string;
}

/** AWS's JSON 1.0 and 1.1, by the SDK's own schemas. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export class JsonProtocol implements WireProtocol {
  readonly #options: JsonProtocolOptions;

  constructor(options: JsonProtocolOptions) {
    this.#options = options;
  }

  async serializeRequest({ name, input }: OperationSchema, value: object, { endpoint }: WireContext) {
    const { version, target } = this.#options;
    const schema = NormalizedSchema.of(input);
    return new HttpRequest({
      ...(await endpoint()),
      method: "POST",
      headers: { "content-type": `application/x-amz-json-${version}`, "x-amz-target": `${target}.${name}` },
      body: schema.isUnitSchema() ? "{}" : JSON.stringify(toDocument(schema, value)),
    });
  }

  async deserializeResponse({ output }: OperationSchema, _: WireContext, response: HttpResponse): Promise<object> {
    const text = Buffer.from(response.body as Uint8Array).toString();
    const document = (text === "" ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>>;
    const $metadata = metadataOf(response);
    if (response.statusCode >= 300) throw exceptionOf(this.#options.namespace, response, document ?? {});
    const schema = NormalizedSchema.of(output);
    return schema.isUnitSchema() ? { $metadata } : { ...(fromDocument(schema, document) as object), $metadata };
  }
}

function metadataOf({ statusCode, headers }: HttpResponse) {
  const requestId = headers["x-amzn-requestid"];
  return { httpStatusCode: statusCode, ...(requestId === undefined ? {} : { requestId }) };
}

/** The exception of that name, when the function's code names its class; else the service's general one, with that name. */
function exceptionOf(
  namespace: string,
  response: HttpResponse,
  document: Readonly<Record<string, unknown>>,
): ServiceException {
  const name = loadJsonRpcErrorCode(response, document) ?? "Unknown";
  const modeled = TypeRegistry.for(namespace).find((schema) => isErrorSchema(schema) && schema[2] === name);
  const base = TypeRegistry.for(`smithy.ts.sdk.synthetic.${namespace}`).getBaseException();
  const schema = isErrorSchema(modeled) ? modeled : base;
  const Exception = schema === undefined ? ServiceException : classOf(schema);
  const exception = new Exception({
    name,
    message: messageOf(document),
    $fault: response.statusCode < 500 ? "client" : "server",
    $metadata: metadataOf(response),
  });
  const members = isErrorSchema(modeled) ? fromDocument(NormalizedSchema.of(modeled), document) : {};
  return decorateServiceException(Object.assign(exception, members), { ...document });
}

function messageOf({ message, Message }: Readonly<Record<string, unknown>>): string {
  const text = message ?? Message;
  return typeof text === "string" ? text : "UnknownError";
}

function isErrorSchema(schema: unknown): schema is StaticErrorSchema {
  return Array.isArray(schema) && schema[0] === ERROR_SCHEMA;
}

/** @smithy/types, StaticSchemaIdError. */
const ERROR_SCHEMA = -3;

function classOf(schema: StaticErrorSchema): typeof ServiceException {
  return TypeRegistry.for(schema[1]).getErrorCtor(schema) as typeof ServiceException;
}
