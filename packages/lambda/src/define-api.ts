import { failureOf, isMusterError, MusterError } from "@muster/core";
import type { Context } from "./context.ts";
import { defineFunction, type FunctionShape, type MusterFunction } from "./define-function.ts";
import { problemOf } from "./problem.ts";

/** What a route sees of a request (API Gateway HTTP API, payload format 2.0). */
export interface ApiRequest {
  /** `GET /v1/clusters/{name}`: the route that matched. */
  readonly route: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
}

export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiShape<Name extends string, Ports> extends FunctionShape<Name, Ports> {
  /** By route, as the manifest has it: `GET /v1/clusters/{name}`. */
  readonly routes: Readonly<
    Record<string, (request: ApiRequest, ports: Ports, context: Context) => Promise<ApiResponse>>
  >;
}

/** A function behind API Gateway. Every error is answered as application/problem+json (RFC 9457). */
export function defineApi<Name extends string, Ports>(api: ApiShape<Name, Ports>): MusterFunction {
  return defineFunction(api, async (event, ports, context) => {
    try {
      const request = readRequest(event);
      const route = api.routes[request.route];
      if (route === undefined)
        throw new MusterError("InputInvalid", {
          what: `There is no ${request.route} here.`,
          why: `Function ${api.name} does not serve that route (InputInvalid).`,
          remedy: "See the API's description: GET /v1/openapi.json.",
        });
      const { status, body, headers } = await route(request, ports, context);
      return respond(status, "application/json", body, headers);
    } catch (error) {
      const problem = problemOf(isMusterError(error) ? error : failureOf(error));
      if (problem.status >= 500)
        context.log.error("request failed", {
          function: api.name,
          problem,
          cause: error instanceof Error ? error.stack : undefined,
        });
      return respond(problem.status, "application/problem+json", problem);
    }
  });
}

function respond(statusCode: number, type: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return { statusCode, headers: { "content-type": type, ...headers }, body: JSON.stringify(body) };
}

interface HttpEvent {
  readonly routeKey?: string;
  readonly pathParameters?: Record<string, string>;
  readonly queryStringParameters?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

function readRequest(event: unknown): ApiRequest {
  const {
    routeKey = "",
    pathParameters = {},
    queryStringParameters = {},
    headers = {},
    body,
    isBase64Encoded,
  } = event as HttpEvent;
  const text =
    body === undefined || body === ""
      ? undefined
      : isBase64Encoded === true
        ? Buffer.from(body, "base64").toString()
        : body;
  return {
    route: routeKey,
    path: pathParameters,
    query: queryStringParameters,
    headers,
    body: text === undefined ? undefined : parseBody(text),
  };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MusterError("InputInvalid", {
      what: "The body is not JSON; nothing was done.",
      why: `${error instanceof Error ? error.message : String(error)} (InputInvalid)`,
      remedy: "Send JSON; a YAML spec is converted by the muster command.",
      cause: error,
    });
  }
}
