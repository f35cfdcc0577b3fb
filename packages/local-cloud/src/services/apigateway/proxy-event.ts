import { randomHex, toIso, type Clock, type Random } from "@muster/core";
import type { APIGatewayProxyEventV2WithIAMAuthorizer } from "aws-lambda";
import type { Caller } from "../../kernel/service.ts";
import type { HttpRequest } from "../../wire/http/message.ts";
import { principalArn } from "../iam/principal.ts";
import type { MatchedRoute } from "./route-table.ts";

/** What a function gets from an HTTP API, in payload format 2.0. */
export type ProxyEvent = APIGatewayProxyEventV2WithIAMAuthorizer;

/** Who sent a request. */
export interface Sender {
  readonly caller: Caller;
  /** Undefined for a request without a signature, which only the loopback may send. */
  readonly accessKeyId: string | undefined;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export function proxyEvent(
  world: { clock: Clock; random: Random; account: string },
  {
    request,
    route,
    sender,
    requestId,
  }: { request: HttpRequest; route: MatchedRoute; sender: Sender; requestId: string },
): ProxyEvent {
  const rawPath = decodePath(request.path);
  const cookies = (request.headers["cookie"] ?? "").split(/;\s*/).filter((cookie) => cookie !== "");
  const query = queryParameters(request.query);
  const domainName = (request.headers["host"] ?? "localhost").replace(/:\d+$/, "");
  const now = world.clock.now();
  return {
    version: "2.0",
    routeKey: route.routeKey,
    rawPath,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers: eventHeaders(world, request),
    ...(query !== undefined && { queryStringParameters: query }),
    ...(route.pathParameters !== undefined && { pathParameters: { ...route.pathParameters } }),
    requestContext: {
      accountId: world.account,
      apiId: LOCAL_API_ID,
      authorizer: { iam: iamBlock(world.account, sender) },
      domainName,
      domainPrefix: domainName.split(".")[0] ?? domainName,
      http: {
        method: request.method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: request.sourceIp,
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: route.routeKey,
      stage: "$default",
      time: accessLogTime(now),
      timeEpoch: Math.floor(now),
    },
    ...eventBody(request),
  };
}

/** Stands where AWS has ten random characters. */
export const LOCAL_API_ID = "local";

/** The path as HTTP APIs hand it over, which is decoded, unlike anywhere else on AWS. */
function decodePath(path: string): string {
  return path
    .split("/")
    .map((segment) => decodeURIComponent(segment))
    .join("/");
}

/** Undefined without any; the values of a repeated name are joined by commas. */
function queryParameters(query: string): Record<string, string> | undefined {
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const known = joined.get(name);
    joined.set(name, known === undefined ? value : `${known},${value}`);
  }
  return joined.size === 0 ? undefined : Object.fromEntries(joined);
}

const NOT_FORWARDED = new Set(["connection", "cookie", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"]);

function eventHeaders(world: { clock: Clock; random: Random }, request: HttpRequest): Record<string, string> {
  const own = Object.entries(request.headers).filter(([name]) => !NOT_FORWARDED.has(name));
  const port = /:(\d+)$/.exec(request.headers["host"] ?? "")?.[1] ?? "80";
  const forwardedFor = request.headers["x-forwarded-for"];
  const seconds = Math.floor(world.clock.now() / 1000).toString(16);
  return {
    "x-amzn-trace-id": `Root=1-${seconds}-${randomHex(world.random, 24)}`,
    ...Object.fromEntries(own),
    "x-forwarded-for": forwardedFor === undefined ? request.sourceIp : `${forwardedFor}, ${request.sourceIp}`,
    "x-forwarded-port": port,
    "x-forwarded-proto": "http",
  };
}

function iamBlock(account: string, { caller, accessKeyId }: Sender): ProxyEvent["requestContext"]["authorizer"]["iam"] {
  const userArn = principalArn(caller);
  const userId = userArn.slice(userArn.lastIndexOf(":") + 1);
  return {
    accessKey: accessKeyId ?? "",
    accountId: account,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: "",
    userArn,
    userId,
  };
}

/**
 * Which bodies are text is nowhere documented; this is the split that people measured: any other type, and none, is
 * base64. https://github.com/ministackorg/ministack/pull/766
 */
const TEXT_TYPE = /^(text\/.*|application\/(json|xml|javascript))$/;

function eventBody({ headers, body }: HttpRequest): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const isText = TEXT_TYPE.test(type) && headers["content-encoding"] === undefined;
  return isText
    ? { body: Buffer.from(body).toString("utf8"), isBase64Encoded: false }
    : { body: Buffer.from(body).toString("base64"), isBase64Encoded: true };
}

/** `12/Mar/2026:19:03:58 +0000` */
function accessLogTime(epochMs: number): string {
  const [date = "", time = ""] = toIso(epochMs).split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  return `${day}/${MONTHS[Number(month) - 1] ?? ""}/${year}:${time.slice(0, 8)} +0000`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
