import { crc32 } from "node:zlib";
import type { Random } from "@muster/core";
import { AwsError } from "../kernel/aws-error.ts";
import { AnswerLostError, type Kernel } from "../kernel/kernel.ts";
import type { SdkService } from "../kernel/sdk.ts";
import type { Caller } from "../kernel/service.ts";
import { inflated } from "./content-encoding.ts";
import { credentialOf } from "./credential.ts";
import { incompleteSignature, internalFailure, missingToken, modeledError } from "./errors.ts";
import { NO_ANSWER, type HttpRequest, type HttpResponse } from "./http/message.ts";
import { protocolOf, routeOf, serviceOf } from "./route.ts";
import { newRequestId } from "./request-id.ts";

/** What stands behind the wire. */
export interface WireBackend {
  readonly kernel: Pick<Kernel, "call">;
  /** Who an access key belongs to; a key that nobody was given is the account's user. */
  readonly identify: (accessKeyId: string) => Caller;
  readonly random: Random;
  /** Told of each error that is a bug of the embedded cloud, besides the client that caused it. */
  readonly onBug?: (error: unknown) => void;
}

/** Answers one AWS request in the protocol that it speaks. Never rejects: whatever goes wrong is an answer. */
export async function answerAws(backend: WireBackend, request: HttpRequest): Promise<HttpResponse | typeof NO_ANSWER> {
  const credential = credentialOf(request);
  const signingName = typeof credential === "string" ? undefined : credential.service;
  const service = serviceOf(signingName);
  const protocol = protocolOf(request, signingName);
  const requestId = newRequestId(backend.random);
  try {
    if (credential === "missing") throw missingToken(protocol.family);
    if (credential === "malformed") throw incompleteSignature(protocol.family);
    const whole = inflated(request);
    const route = routeOf(whole, { protocol, service, signingName: credential.service });
    const input = protocol.decode(route, whole);
    const caller = backend.identify(credential.accessKeyId);
    const { service: target, operation } = route;
    const output = await backend.kernel.call(target.service, operation.name, input, caller, requestId);
    return sealed(protocol.encode(route, output, requestId), service);
  } catch (error) {
    if (error instanceof AnswerLostError) return NO_ANSWER;
    const refuse = (refusal: AwsError) => {
      const answer = protocol.refuse(refusal, service, requestId);
      return sealed({ ...answer, headers: { ...answer.headers, ...queryError(refusal, request, service) } }, service);
    };
    const fail = (bug: unknown) => {
      backend.onBug?.(bug);
      return refuse(internalFailure(service, bug));
    };
    if (!(error instanceof AwsError)) return fail(error);
    try {
      return refuse(error);
    } catch (bug) {
      // The error carries members that do not fit its own shape.
      return fail(bug);
    }
  }
}

/** Services that once spoke the query protocol tell its clients the code that they knew. */
function queryError(error: AwsError, request: HttpRequest, service: SdkService | undefined): Record<string, string> {
  if (service?.xmlNamespace === undefined || request.headers["x-amzn-query-mode"] !== "true") return {};
  const code = modeledError(service, error.code)?.queryCode ?? error.code;
  return { "x-amzn-query-error": `${code};${error.status >= 500 ? "Receiver" : "Sender"}` };
}

/** DynamoDB's answers carry a checksum, which the AWS CLI verifies. */
function sealed(answer: HttpResponse, service: SdkService | undefined): HttpResponse {
  if (service?.service !== "dynamodb") return answer;
  return { ...answer, headers: { ...answer.headers, "x-amz-crc32": String(crc32(answer.body)) } };
}
