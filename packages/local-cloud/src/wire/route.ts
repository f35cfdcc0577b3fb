import { sdkServices, type SdkService } from "../kernel/sdk.ts";
import { unknownOperation, unknownService } from "./errors.ts";
import type { HttpRequest } from "./http/message.ts";
import { cborProtocol } from "./protocols/cbor.ts";
import { jsonProtocol } from "./protocols/json.ts";
import type { Route, WireProtocol } from "./protocols/protocol.ts";
import { awsQueryProtocol, ec2QueryProtocol, parametersOf } from "./protocols/query.ts";
import { restJsonProtocol } from "./protocols/rest-json.ts";
import { matchRest } from "./protocols/rest-routes.ts";

/** The service that a request is signed for, if the embedded cloud has it. */
export function serviceOf(signingName: string | undefined): SdkService | undefined {
  return signingName === undefined ? undefined : byName.get(signingName);
}

/**
 * Which protocol a request speaks. A service may be spoken to in several (CloudWatch in three), so the request says;
 * where it does not, the protocol that the SDK uses for the service decides how it is refused.
 */
export function protocolOf(request: HttpRequest, signingName: string | undefined): WireProtocol {
  const service = serviceOf(signingName);
  const contentType = request.headers["content-type"] ?? "";
  if (request.headers["smithy-protocol"] === "rpc-v2-cbor" || contentType.startsWith("application/cbor")) {
    return cborProtocol;
  }
  if (request.headers["x-amz-target"] !== undefined || contentType.startsWith("application/x-amz-json")) {
    return contentType.includes("1.1") ? json11 : json10;
  }
  if (service?.protocol === "restJson1") return restJsonProtocol;
  const isForm = contentType.startsWith("application/x-www-form-urlencoded");
  if (service === undefined) return isForm || speaksXml(signingName) ? awsQueryProtocol : restJsonProtocol;
  if (service.protocol === "ec2Query") return ec2QueryProtocol;
  return service.protocol === "awsQuery" || isForm ? awsQueryProtocol : json10;
}

/**
 * The operation that a request asks for.
 * @throws {AwsError} when there is none
 */
export function routeOf(
  request: HttpRequest,
  { protocol, service, signingName }: { protocol: WireProtocol; service: SdkService | undefined; signingName: string },
): Route {
  if (service === undefined) throw unknownService(protocol.family, signingName);
  if (protocol === restJsonProtocol) {
    const matched = matchRest(service, request);
    if (matched === undefined) throw unknownOperation("rest", service, `${request.method} ${request.path}`);
    return { service, ...matched };
  }
  const asked = operationName(request, protocol, service);
  const operation = asked === undefined ? undefined : service.operations.get(asked);
  if (operation === undefined) throw unknownOperation(protocol.family, service, asked ?? askedText(request));
  return { service, operation, labels: NO_LABELS };
}

function operationName(request: HttpRequest, protocol: WireProtocol, service: SdkService): string | undefined {
  if (protocol === cborProtocol) {
    const [, prefix, operation] = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(request.path) ?? [];
    return prefix !== undefined && prefix === service.target ? operation : undefined;
  }
  if (protocol.family === "json") {
    const target = request.headers["x-amz-target"] ?? "";
    const dot = target.lastIndexOf(".");
    return service.target !== undefined && target.slice(0, dot) === service.target ? target.slice(dot + 1) : undefined;
  }
  // A service without an XML namespace never spoke a query protocol.
  if (service.xmlNamespace === undefined) return undefined;
  for (const [name, value] of parametersOf(request)) if (name === "Action") return value;
  return undefined;
}

/** Services that are not here, and whose clients would not understand a refusal in JSON. */
function speaksXml(signingName: string | undefined): boolean {
  return signingName === "s3" || signingName === "route53" || signingName === "cloudfront";
}

function askedText(request: HttpRequest): string {
  return request.headers["x-amz-target"] ?? (request.path === "/" ? "(none named)" : request.path);
}

const json10 = jsonProtocol("1.0");
const json11 = jsonProtocol("1.1");
const NO_LABELS: ReadonlyMap<string, string> = new Map();

// By any text, not only by the names that are known.
const byName: ReadonlyMap<string, SdkService> = new Map(sdkServices);
