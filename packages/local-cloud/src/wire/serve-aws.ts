import type { Clock } from "@muster/core";
import { answerAws, type WireBackend } from "./answer.ts";
import { MAX_REQUEST_BYTES } from "./content-encoding.ts";
import { credentialOf } from "./credential.ts";
import { requestTooLarge } from "./errors.ts";
import type { HttpRequest, HttpResponse } from "./http/message.ts";
import { serveLoopback, type LoopbackHost, type RunningServer, type SocketTimeouts } from "./http/loopback-server.ts";
import { newRequestId } from "./request-id.ts";
import { protocolOf, serviceOf } from "./route.ts";

export interface ServeAwsOptions extends WireBackend {
  readonly clock: Clock;
  /** 0 takes any free port. */
  readonly port: number;
  readonly host?: LoopbackHost;
  readonly timeouts?: SocketTimeouts;
}

/**
 * Serves the embedded cloud to every AWS SDK and the AWS CLI (`--endpoint-url`, or AWS_ENDPOINT_URL): all services on
 * one port, told apart by what requests are signed for. In EC2's and the other query protocol, JSON 1.0 and 1.1,
 * restJson1 and RPC v2 CBOR; a request without a signature is refused, but no signature is verified.
 * @throws {PortTakenError} when something else listens there already
 */
export function serveAws(options: ServeAwsOptions): Promise<RunningServer> {
  return serveLoopback({
    name: "the embedded AWS",
    host: options.host ?? "127.0.0.1",
    port: options.port,
    clock: options.clock,
    maxBodyBytes: MAX_REQUEST_BYTES,
    answer: (request) => answerAws(options, request),
    tooLarge: (request) => refuseTooLarge(options, request),
    ...(options.timeouts !== undefined && { timeouts: options.timeouts }),
  });
}

function refuseTooLarge({ random }: WireBackend, request: HttpRequest): HttpResponse {
  const credential = credentialOf(request);
  const signingName = typeof credential === "string" ? undefined : credential.service;
  const service = serviceOf(signingName);
  return protocolOf(request, signingName).refuse(requestTooLarge(MAX_REQUEST_BYTES), service, newRequestId(random));
}
