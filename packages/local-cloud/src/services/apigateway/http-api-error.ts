import type { HttpResponse } from "../../wire/http/message.ts";

/** What API Gateway itself answers, in its words. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html */
export const GATEWAY_ANSWERS = {
  badRequest: [400, "Bad Request"],
  forbidden: [403, "Forbidden"],
  notFound: [404, "Not Found"],
  tooLarge: [413, "Request Entity Too Large"],
  internalServerError: [500, "Internal Server Error"],
  serviceUnavailable: [503, "Service Unavailable"],
} as const;

export function gatewayAnswer(kind: keyof typeof GATEWAY_ANSWERS): HttpResponse {
  const [status, message] = GATEWAY_ANSWERS[kind];
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify({ message }) };
}
