import { Readable } from "node:stream";
import { buildQueryString, HttpResponse, type HttpRequest as SdkHttpRequest } from "@smithy/core/protocols";
import { NO_ANSWER, type HttpRequest, type HttpResponse as WireResponse } from "../http/message.ts";

type Answer = (request: HttpRequest) => Promise<WireResponse | typeof NO_ANSWER>;

/** A request handler for SDK clients that hands each request, serialised and signed, to a function instead of a socket. */
export function inMemoryHandler(answer: Answer) {
  return {
    async handle(sdkRequest: SdkHttpRequest): Promise<{ response: HttpResponse }> {
      const answered = await answer(fromSdk(sdkRequest));
      if (answered === NO_ANSWER) throw new Error("no answer");
      const headers = Object.fromEntries(
        Object.entries(answered.headers).map(([name, value]) => [
          name,
          typeof value === "string" ? value : value.join(),
        ]),
      );
      const body = Readable.from([Buffer.from(answered.body)]);
      return { response: new HttpResponse({ statusCode: answered.status, headers, body }) };
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

function fromSdk({ method, path, query, headers, body }: SdkHttpRequest): HttpRequest {
  return {
    method,
    path,
    query: buildQueryString(query),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: bytesOf(body),
    sourceIp: "127.0.0.1",
  };
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return new TextEncoder().encode(typeof body === "string" ? body : "");
}
