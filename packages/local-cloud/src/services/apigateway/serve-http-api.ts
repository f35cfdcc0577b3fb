import { randomHex, type Clock, type Random } from "@muster/core";
import { AwsError } from "../../kernel/aws-error.ts";
import type { Authorize } from "../../kernel/kernel.ts";
import type { Caller } from "../../kernel/service.ts";
import { credentialOf } from "../../wire/credential.ts";
import { serveLoopback, type LoopbackHost, type RunningServer } from "../../wire/http/loopback-server.ts";
import type { HttpRequest, HttpResponse } from "../../wire/http/message.ts";
import { gatewayAnswer } from "./http-api-error.ts";
import { failureKind, FunctionFailedError, IntegrationTimeoutError, type InvokeFunction } from "./invoke-function.ts";
import { LOCAL_API_ID, proxyEvent, type Sender } from "./proxy-event.ts";
import { proxyResponse } from "./proxy-response.ts";
import { RouteTable, type HttpRoute, type MatchedRoute } from "./route-table.ts";

export interface HttpApiOptions {
  readonly routes: readonly HttpRoute[];
  readonly invoke: InvokeFunction;
  /** 0 takes any free port. */
  readonly port: number;
  readonly host?: LoopbackHost;
  readonly clock: Clock;
  readonly random: Random;
  readonly account: string;
  readonly region: string;
  /** Who an access key stands for; it may throw for one that has expired. */
  readonly identify: (accessKeyId: string) => Caller;
  /** Who sends a request without a signature: on the loopback, the account's own user. */
  readonly user: Caller;
  /** Decides whether a role may call the API; where it is absent, every caller may. */
  readonly authorize?: Authorize;
  /** Told of each error that made an answer of 500 or 503, besides the client. */
  readonly onFailure?: (error: unknown, functionName: string) => void;
}

/**
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: payload size 10 MB, maximum
 * integration timeout 30 seconds.
 */
const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;
const INTEGRATION_TIMEOUT_MS = 30_000;

/**
 * An API Gateway HTTP API in front of functions, on this machine only: IAM-authorised, payload format 2.0, no CORS.
 * @throws {PortTakenError} when something else listens there already; Error for a route that AWS would not take
 */
export async function serveHttpApi(options: HttpApiOptions): Promise<RunningServer> {
  const routes = new RouteTable(options.routes);
  return serveLoopback({
    name: "the HTTP API",
    host: options.host ?? "127.0.0.1",
    port: options.port,
    clock: options.clock,
    maxBodyBytes: MAX_PAYLOAD_BYTES,
    answer: async (request) => {
      const requestId = newRequestId(options.random);
      const answered = await answer(options, routes, { request, requestId });
      // The cloud's own time: it may run faster than the machine's, and clients reckon with it.
      const date = new Date(options.clock.now()).toUTCString();
      return { ...answered, headers: { ...answered.headers, date, "apigw-requestid": requestId } };
    },
    tooLarge: () => gatewayAnswer("tooLarge"),
  });
}

interface Exchange {
  readonly request: HttpRequest;
  readonly requestId: string;
}

async function answer(options: HttpApiOptions, routes: RouteTable, exchange: Exchange): Promise<HttpResponse> {
  const { request } = exchange;
  const route = matchRoute(routes, request);
  if (route === "malformed") return gatewayAnswer("badRequest");
  if (route === undefined) return gatewayAnswer("notFound");
  try {
    const sender = senderOf(options, request);
    if (sender === undefined || !mayCall(options, sender, request)) return gatewayAnswer("forbidden");
    return await integrate(options, { ...exchange, route, sender });
  } catch (error) {
    options.onFailure?.(error, route.functionName);
    return gatewayAnswer(failureKind(error));
  }
}

async function integrate(
  options: HttpApiOptions,
  exchange: Exchange & { route: MatchedRoute; sender: Sender },
): Promise<HttpResponse> {
  const { functionName } = exchange.route;
  const result = await withinTimeout(options.clock, options.invoke(functionName, proxyEvent(options, exchange)));
  const response = proxyResponse(result);
  if (response === undefined) throw new FunctionFailedError(`${functionName} returned what is no HTTP response`);
  return response;
}

function matchRoute(routes: RouteTable, request: HttpRequest): MatchedRoute | "malformed" | undefined {
  try {
    return routes.match(request.method, request.path);
  } catch (error) {
    if (error instanceof URIError) return "malformed";
    throw error;
  }
}

/** Undefined for a signature that AWS would not take. */
function senderOf({ identify, user }: HttpApiOptions, request: HttpRequest): Sender | undefined {
  const credential = credentialOf(request);
  if (credential === "missing") return { caller: user, accessKeyId: undefined };
  if (credential === "malformed" || credential.service !== "execute-api") return undefined;
  try {
    return { caller: identify(credential.accessKeyId), accessKeyId: credential.accessKeyId };
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

function mayCall({ authorize, region, account }: HttpApiOptions, { caller }: Sender, request: HttpRequest): boolean {
  if (authorize === undefined || caller.isAccountUser) return true;
  const resource = `arn:aws:execute-api:${region}:${account}:${LOCAL_API_ID}/$default/${request.method}${request.path}`;
  return authorize(caller, [{ action: "execute-api:Invoke", resource }]) === undefined;
}

/**
 * The function runs on after the timeout, as it does on AWS; only nobody waits for it any more.
 * @throws {IntegrationTimeoutError}
 */
async function withinTimeout<T>(clock: Clock, work: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const cancel = clock.after(INTEGRATION_TIMEOUT_MS, () => {
    timeout.reject(new IntegrationTimeoutError(`no answer from the function in ${INTEGRATION_TIMEOUT_MS} ms`));
  });
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    cancel();
  }
}

/** As HTTP APIs make them: fifteen characters and an equals sign. */
function newRequestId(random: Random): string {
  return `${Buffer.from(randomHex(random, 22), "hex").toString("base64url")}=`;
}
