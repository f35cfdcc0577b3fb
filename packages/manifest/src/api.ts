import { apiLogGroup } from "./log-groups.ts";
import type { ApiResource, Place, RouteResource } from "./manifest.ts";
import { namesOf } from "./names.ts";

/** The HTTP API. Every route asks for a signed request of a caller whose own policies allow `execute-api:Invoke` on it. */
export function apiOf(place: Place): ApiResource {
  const names = namesOf(place);
  return {
    name: names.functionName("api"),
    // People and their scripts; a runaway loop must not take the account's Lambda concurrency.
    throttle: { requestsPerSecond: 20, burst: 40 },
    logGroup: apiLogGroup(names),
    accessLog: ACCESS_LOG,
  };
}

export const ROUTES: readonly RouteResource[] = [
  { route: "POST /v1/plans", functionName: "plan-cluster" },
  { route: "POST /v1/clusters", functionName: "change-cluster" },
  { route: "DELETE /v1/clusters/{name}", functionName: "change-cluster" },
  { route: "POST /v1/operations/{id}/cancel", functionName: "change-cluster" },
  { route: "GET /v1/clusters", functionName: "read-cluster" },
  { route: "GET /v1/clusters/{name}", functionName: "read-cluster" },
  { route: "GET /v1/clusters/{name}/nodes", functionName: "read-cluster" },
  { route: "GET /v1/clusters/{name}/timeline", functionName: "read-cluster" },
  { route: "GET /v1/operations/{id}", functionName: "read-cluster" },
  { route: "GET /v1/openapi.json", functionName: "read-cluster" },
];

/**
 * Who asked for what, and how it went; never a body.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const ACCESS_LOG = {
  time: "$context.requestTimeEpoch",
  requestId: "$context.requestId",
  caller: "$context.identity.userArn",
  ip: "$context.identity.sourceIp",
  route: "$context.routeKey",
  path: "$context.path",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  error: "$context.error.message",
  integrationError: "$context.integrationErrorMessage",
} as const;
