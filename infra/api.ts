import type { Manifest } from "@muster/manifest";
import { allowCall } from "./allow-call.ts";
import type { Functions } from "./functions.ts";
import { createLogGroup } from "./log-group.ts";
import { logicalName, required } from "./names.ts";

/**
 * The HTTP API. Raw resources: SST's component opens routes to everyone and to every origin unless told otherwise, and
 * here nobody may ask without a signature.
 */
export function createApi({ api, routes }: Manifest, functions: Functions): aws.apigatewayv2.Api {
  const created = new aws.apigatewayv2.Api("Api", { name: api.name, protocolType: "HTTP" });
  const targets = new Map(
    [...new Set(routes.map((route) => route.functionName))].map((name) => [
      name,
      createIntegration(name, created, functions),
    ]),
  );
  for (const { route, functionName } of routes) {
    new aws.apigatewayv2.Route(`Route${logicalName(route)}`, {
      apiId: created.id,
      routeKey: route,
      authorizationType: "AWS_IAM",
      target: $interpolate`integrations/${required(targets, functionName).id}`,
    });
  }
  new aws.apigatewayv2.Stage("ApiStage", {
    apiId: created.id,
    name: "$default",
    autoDeploy: true,
    defaultRouteSettings: {
      throttlingRateLimit: api.throttle.requestsPerSecond,
      throttlingBurstLimit: api.throttle.burst,
    },
    accessLogSettings: {
      destinationArn: createLogGroup("Api", api.logGroup).arn,
      format: JSON.stringify(api.accessLog),
    },
  });
  return created;
}

function createIntegration(
  functionName: string,
  api: aws.apigatewayv2.Api,
  functions: Functions,
): aws.apigatewayv2.Integration {
  const name = logicalName(functionName);
  const target = required(functions, functionName);
  const sourceArn = $interpolate`${api.executionArn}/*/*`;
  allowCall(`${name}Api`, target, { service: "apigateway.amazonaws.com", sourceArn });
  return new aws.apigatewayv2.Integration(`${name}Integration`, {
    apiId: api.id,
    integrationType: "AWS_PROXY",
    integrationUri: target.alias.arn,
    payloadFormatVersion: "2.0",
  });
}
