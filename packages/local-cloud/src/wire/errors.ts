import { TypeRegistry } from "@smithy/core/schema";
import { AwsError } from "../kernel/aws-error.ts";
import type { SdkService } from "../kernel/sdk.ts";
import type { WireProtocol } from "./protocols/protocol.ts";
import { schemaOf, type NormalizedSchema } from "./schema.ts";

type Family = WireProtocol["family"];

// What AWS's front door answers before any service has a say. The query protocols and the JSON ones have names of their own.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html

export function missingToken(family: Family): AwsError {
  if (family === "query") {
    return new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", { status: 403 });
  }
  const status = family === "rest" ? 403 : 400;
  return new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", { status });
}

export function incompleteSignature(family: Family): AwsError {
  return new AwsError(
    family === "query" ? "IncompleteSignature" : "IncompleteSignatureException",
    "Credential must be keyid/date/region/service/aws4_request",
  );
}

export function unknownService(family: Family, signingName: string): AwsError {
  return new AwsError(
    family === "query" ? "NotImplemented" : "NotImplementedException",
    `the embedded cloud does not have the service ${signingName}`,
    { status: 501 },
  );
}

export function unknownOperation(family: Family, service: SdkService, asked: string): AwsError {
  if (family === "query") {
    return new AwsError("InvalidAction", `The action ${asked} is not valid for this web service.`);
  }
  const status = family === "rest" ? 404 : 400;
  return new AwsError("UnknownOperationException", `${service.service} has no operation ${asked}`, { status });
}

export function requestTooLarge(limitBytes: number): AwsError {
  return new AwsError("RequestEntityTooLarge", `a request may have at most ${limitBytes} bytes`, { status: 413 });
}

/** A bug of the embedded cloud, with its own words: its reader is its developer. */
export function internalFailure(service: SdkService | undefined, error: unknown): AwsError {
  const code = service?.protocol === "ec2Query" ? "InternalError" : "InternalFailure";
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new AwsError(code, `the embedded cloud failed: ${text}`, { status: 500 });
}

/** An exception that the service's model has. */
export interface ModeledError {
  readonly schema: NormalizedSchema;
  /** The code in the query protocol, which may differ from the name of the shape: `NoSuchEntity`. */
  readonly queryCode: string;
}

/** Finds an exception by the name of its shape, or by its code in the query protocol. */
export function modeledError(service: SdkService, code: string): ModeledError | undefined {
  let errors = modeled.get(service);
  if (errors === undefined) modeled.set(service, (errors = modeledErrors(service)));
  return errors.get(code);
}

const modeled = new WeakMap<SdkService, ReadonlyMap<string, ModeledError>>();

function modeledErrors(service: SdkService): ReadonlyMap<string, ModeledError> {
  const found = new Map<string, ModeledError>();
  // The clients register their error schemas under their namespace as they are loaded.
  TypeRegistry.for(service.namespace).find((raw) => {
    const schema = schemaOf(raw);
    const name = schema.getName();
    if (!schema.isStructSchema() || name === undefined) return false;
    const trait: unknown = schema.getMergedTraits()["awsQueryError"];
    const queryCode = Array.isArray(trait) && typeof trait[0] === "string" ? trait[0] : name;
    const error = { schema, queryCode };
    found.set(name, error);
    if (!found.has(queryCode)) found.set(queryCode, error);
    return false;
  });
  return found;
}

/** The value of an exception, in the shape's own spelling of `message`. */
export function errorValue(error: AwsError, schema: NormalizedSchema | undefined): Record<string, unknown> {
  const names = schema === undefined ? [] : [...schema.structIterator()].map(([name]) => name);
  const key = names.includes("Message") ? "Message" : "message";
  return { ...error.members, [key]: error.message };
}
