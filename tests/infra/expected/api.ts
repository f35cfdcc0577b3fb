import { logicalName } from "../../../infra/names.ts";
import { idOf } from "../synth/stand-in-provider.ts";
import { byInput, byLogicalName, each, JsonText, required, type Expectation } from "./expectation.ts";

/** Without CORS: browsers of other origins have no business with it. */
const apis: Expectation = {
  type: "aws:apigatewayv2/api:Api",
  expected: ({ api: { name } }) => ({ [name]: { name, protocolType: "HTTP" } }),
};

const stages: Expectation = {
  type: "aws:apigatewayv2/stage:Stage",
  expected: ({ api }) => ({
    $default: {
      apiId: idOf(api.name),
      name: "$default",
      autoDeploy: true,
      defaultRouteSettings: {
        throttlingRateLimit: api.throttle.requestsPerSecond,
        throttlingBurstLimit: api.throttle.burst,
      },
      accessLogSettings: { destinationArn: api.logGroup.arn, format: new JsonText(api.accessLog) },
    },
  }),
};

const integrations: Expectation = {
  type: "aws:apigatewayv2/integration:Integration",
  keyOf: byLogicalName,
  expected: ({ api, routes, functions }) =>
    each(
      [...new Set(routes.map(({ functionName }) => functionName))],
      (functionName) => integrationOf(functionName),
      (functionName) => ({
        apiId: idOf(api.name),
        integrationType: "AWS_PROXY",
        integrationUri: required(
          functions.find((f) => f.name === functionName),
          functionName,
        ).aliasArn,
        payloadFormatVersion: "2.0",
      }),
    ),
};

const routes: Expectation = {
  type: "aws:apigatewayv2/route:Route",
  keyOf: byInput("routeKey"),
  expected: ({ api, routes }) =>
    each(
      routes,
      ({ route }) => route,
      ({ route, functionName }) => ({
        apiId: idOf(api.name),
        routeKey: route,
        authorizationType: "AWS_IAM",
        target: `integrations/${idOf(integrationOf(functionName))}`,
      }),
    ),
};

/** Name within the app. */
function integrationOf(functionName: string): string {
  return `${logicalName(functionName)}Integration`;
}

export const api: readonly Expectation[] = [apis, stages, integrations, routes];
