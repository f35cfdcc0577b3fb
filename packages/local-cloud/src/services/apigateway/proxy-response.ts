import { validateHeaderName, validateHeaderValue } from "node:http";
import type { HttpResponse } from "../../wire/http/message.ts";

/**
 * What a function's result means as an HTTP answer, in payload format 2.0: an object with a `statusCode` is one,
 * anything else is the body of a 200.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
 * @returns undefined when it is malformed, for which API Gateway answers 500
 */
export function proxyResponse(result: unknown): HttpResponse | undefined {
  if (!isObject(result) || result["statusCode"] === undefined) return inferred(result);
  const status = statusOf(result["statusCode"]);
  const headers = headersOf(result["headers"]);
  const cookies = cookiesOf(result["cookies"]);
  const body = bodyOf(result["body"], result["isBase64Encoded"]);
  if (status === undefined || headers === undefined || cookies === undefined || body === undefined) return undefined;
  return {
    status,
    headers: {
      ...(body.length > 0 && { "content-type": "text/plain;charset=utf-8" }),
      ...headers,
      ...(cookies.length > 0 && { "set-cookie": cookies }),
    },
    body,
  };
}

function inferred(result: unknown): HttpResponse {
  const body = typeof result === "string" ? result : (JSON.stringify(result) ?? "null");
  return { status: 200, headers: { "content-type": "application/json" }, body };
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === "number" && Number.isInteger(status) && status >= 200 && status <= 599 ? status : undefined;
}

/** How an answer is framed is the server's affair; a function that says otherwise would break it. */
const FRAMING = new Set(["connection", "content-length", "keep-alive", "trailer", "transfer-encoding", "upgrade"]);

function headersOf(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner !== "string" && typeof inner !== "number" && typeof inner !== "boolean") return undefined;
    if (!canCarry(name, String(inner))) return undefined;
    if (!FRAMING.has(name.toLowerCase())) headers[name.toLowerCase()] = String(inner);
  }
  return headers;
}

function cookiesOf(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const cookies = value.filter((cookie) => typeof cookie === "string" && canCarry("set-cookie", cookie));
  return cookies.length === value.length ? (cookies as string[]) : undefined;
}

function bodyOf(value: unknown, isBase64Encoded: unknown): string | Uint8Array | undefined {
  const encoded = isBase64Encoded ?? false;
  if (typeof encoded !== "boolean") return undefined;
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") return undefined;
  return encoded ? new Uint8Array(Buffer.from(value, "base64")) : value;
}

function canCarry(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
