import type { AwsError } from "../../kernel/aws-error.ts";
import type { SdkService } from "../../kernel/sdk.ts";
import { readDocument, serializationError } from "../document.ts";
import { errorValue, modeledError } from "../errors.ts";
import type { HttpRequest } from "../http/message.ts";
import { schemaOf } from "../schema.ts";
import { writeJson } from "./document-codecs.ts";
import type { WireProtocol } from "./protocol.ts";

/** awsJson1_0 and awsJson1_1, which differ in their content type only. */
export function jsonProtocol(version: "1.0" | "1.1"): WireProtocol {
  const contentType = `application/x-amz-json-${version}`;
  return {
    family: "json",
    decode: ({ operation }, request) =>
      readDocument(schemaOf(operation.input), parseJson(request), { jsonNames: false, binary: false }),
    encode: ({ operation }, output, requestId) => ({
      status: 200,
      headers: { "content-type": contentType, "x-amzn-requestid": requestId },
      body: writeJson(schemaOf(operation.output), output, { jsonNames: false }),
    }),
    refuse: (error, service, requestId) => ({
      status: error.status,
      headers: { "content-type": contentType, "x-amzn-requestid": requestId },
      body: JSON.stringify({ __type: typeOf(error, service), ...jsonErrorMembers(error, service) }),
    }),
  };
}

/** The body as JSON; an absent one is no JSON. */
export function parseJson(request: HttpRequest): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(request.body));
  } catch {
    throw serializationError();
  }
}

/** `namespace#Code`; errors of AWS's front door have its own namespace. */
export function typeOf(error: AwsError, service: SdkService | undefined): string {
  const known = service === undefined ? undefined : modeledError(service, error.code);
  return known?.schema.getName(true) ?? `com.amazon.coral.service#${error.code}`;
}

function jsonErrorMembers(error: AwsError, service: SdkService | undefined): object {
  const schema = service === undefined ? undefined : modeledError(service, error.code)?.schema;
  const value = errorValue(error, schema);
  if (schema === undefined) return { message: error.message };
  const members: object = JSON.parse(new TextDecoder().decode(writeJson(schema, value, { jsonNames: false })));
  // A few shapes model no message at all, and carry one nevertheless.
  return { message: error.message, ...members };
}
