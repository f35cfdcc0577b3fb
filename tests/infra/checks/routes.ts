import { ofType } from "../synth/recording.ts";
import { textOf, type Check } from "./check.ts";
import { calledBy } from "./targets.ts";

/** Nobody asks the API without a signature, and it may call what it hands requests to. */
export const checkRoutes: Check = (recording) => [
  ...ofType(recording, "aws:apigatewayv2/route:Route")
    .filter((route) => route.inputs["authorizationType"] !== "AWS_IAM")
    .map((route) => `route ${textOf(route.inputs, "routeKey")} is open: it asks for no IAM authorisation`),
  ...ofType(recording, "aws:apigatewayv2/integration:Integration").flatMap(({ name, inputs }) => {
    const target = textOf(inputs, "integrationUri");
    const api = ofType(recording, "aws:apigatewayv2/api:Api").find(({ id }) => id === inputs["apiId"]);
    const callers = `${textOf(api?.state ?? {}, "executionArn")}/*/*`;
    return calledBy(recording, target, "apigateway.amazonaws.com", callers)
      ? []
      : [`integration ${name} calls ${target}, which does not let the API in`];
  }),
];
