import { seededRandom, VirtualClock } from "@muster/core";
import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "../../kernel/aws-error.ts";
import type { Caller } from "../../kernel/service.ts";
import { sendHttp } from "../../wire/testing/http-client.ts";
import { FunctionFailedError, invokeThroughKernel, type InvokeFunction } from "./invoke-function.ts";
import type { ProxyEvent } from "./proxy-event.ts";
import type { HttpRoute } from "./route-table.ts";
import { serveHttpApi, type HttpApiOptions } from "./serve-http-api.ts";

const user: Caller = { arn: "arn:aws:iam::123456789012:user/ann", isAccountUser: true };
const role: Caller = { arn: "arn:aws:iam::123456789012:role/muster-reader", isAccountUser: false };
const route: HttpRoute = { method: "ANY", path: "/{proxy+}", functionName: "f" };
const running: { close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

async function serve(invoke: InvokeFunction, more: Partial<HttpApiOptions> = {}) {
  const clock = new VirtualClock({
    startAt: Date.UTC(2026, 2, 12, 19, 3, 58, 390),
    drain: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const failures: unknown[] = [];
  const server = await serveHttpApi({
    routes: [route],
    invoke,
    port: 0,
    clock,
    random: seededRandom(3),
    account: "123456789012",
    region: "eu-west-1",
    identify: (key) => (key === "AKIDROLE" ? role : user),
    user,
    onFailure: (error) => failures.push(error),
    ...more,
  });
  running.push(server);
  return {
    clock,
    failures,
    url: server.url,
    send: (request: Parameters<typeof sendHttp>[1]) => sendHttp(server.url, request),
  };
}

/** Serves a function that shows its event, and sends it one request. */
async function eventOf(
  request: Parameters<typeof sendHttp>[1],
  more: Partial<HttpApiOptions> = {},
): Promise<ProxyEvent> {
  const { send } = await serve(async (_name, event) => ({ statusCode: 200, body: JSON.stringify(event) }), more);
  const answered = await send(request);
  expect(answered.status).toBe(200);
  return JSON.parse(answered.body.toString());
}

async function answerOf(result: unknown) {
  const { send, failures } = await serve(async () => result);
  const { status, headers, body } = await send({ path: "/x" });
  return { status, headers, text: body.toString(), failures };
}

const signed = (key: string, service = "execute-api") => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260312/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

describe("the event of payload format 2.0", () => {
  it("is what API Gateway sends", async () => {
    const event = await eventOf(
      {
        method: "POST",
        path: "/v1/clusters/my%20cluster?tag=a&tag=b&x=%2F&empty=",
        headers: {
          host: "localhost:8080",
          "User-Agent": "curl/8",
          "X-Two": ["1", "2"],
          "content-type": "application/json",
          cookie: "a=1; b=2",
        },
        body: '{"é":1}',
      },
      { routes: [{ method: "POST", path: "/v1/clusters/{name}", functionName: "f" }] },
    );
    expect(event).toEqual({
      version: "2.0",
      routeKey: "POST /v1/clusters/{name}",
      rawPath: "/v1/clusters/my cluster",
      rawQueryString: "tag=a&tag=b&x=%2F&empty=",
      cookies: ["a=1", "b=2"],
      headers: {
        "content-length": "8",
        "content-type": "application/json",
        host: "localhost:8080",
        "user-agent": "curl/8",
        "x-two": "1,2",
        "x-amzn-trace-id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/) as string,
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": "8080",
        "x-forwarded-proto": "http",
      },
      queryStringParameters: { tag: "a,b", x: "/", empty: "" },
      pathParameters: { name: "my cluster" },
      requestContext: {
        accountId: "123456789012",
        apiId: "local",
        authorizer: {
          iam: {
            accessKey: "",
            accountId: "123456789012",
            callerId: "user/ann",
            cognitoIdentity: null,
            principalOrgId: "",
            userArn: user.arn,
            userId: "user/ann",
          },
        },
        domainName: "localhost",
        domainPrefix: "localhost",
        http: {
          method: "POST",
          path: "/v1/clusters/my cluster",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "curl/8",
        },
        requestId: expect.stringMatching(/^[\w-]{15}=$/) as string,
        routeKey: "POST /v1/clusters/{name}",
        stage: "$default",
        time: "12/Mar/2026:19:03:58 +0000",
        timeEpoch: Date.UTC(2026, 2, 12, 19, 3, 58, 390),
      },
      body: '{"é":1}',
      isBase64Encoded: false,
    });
  });

  it("leaves out what the request does not have", async () => {
    const event = await eventOf({ path: "/" }, { routes: [{ method: "GET", path: "/", functionName: "f" }] });
    const absent = ["cookies", "queryStringParameters", "pathParameters", "body", "stageVariables"];
    expect(Object.keys(event).filter((key) => absent.includes(key))).toEqual([]);
    expect([event.rawPath, event.rawQueryString, event.isBase64Encoded]).toEqual(["/", "", false]);
  });

  it.each([
    ["text/plain", false],
    ["text/csv; charset=utf-8", false],
    ["application/json", false],
    ["APPLICATION/JSON; charset=utf-8", false],
    ["application/xml", false],
    ["application/javascript", false],
    ["application/problem+json", true],
    ["application/x-www-form-urlencoded", true],
    ["application/octet-stream", true],
    ["multipart/form-data; boundary=x", true],
    [undefined, true],
  ])("carries a body of type %s in base64: %j", async (type, isBase64Encoded) => {
    const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
    const event = await eventOf({ method: "POST", path: "/x", headers, body: "a=1" });
    expect([event.isBase64Encoded, event.body]).toEqual([isBase64Encoded, isBase64Encoded ? "YT0x" : "a=1"]);
  });

  it("carries a compressed body as it is, in base64", async () => {
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    expect(await eventOf({ method: "POST", path: "/x", headers, body: Uint8Array.of(255, 0) })).toMatchObject({
      isBase64Encoded: true,
      body: "/wA=",
    });
  });

  it("says who signed the request", async () => {
    const event = await eventOf({ path: "/x", headers: signed("AKIDROLE") });
    expect(event.requestContext.authorizer.iam).toMatchObject({
      accessKey: "AKIDROLE",
      userArn: "arn:aws:sts::123456789012:assumed-role/muster-reader/muster-reader",
      userId: "assumed-role/muster-reader/muster-reader",
    });
  });
});

describe("a function's result", () => {
  it.each<[title: string, result: unknown, status: number, type: string | undefined, text: string]>([
    [
      "an answer",
      { statusCode: 201, headers: { "Content-Type": "application/problem+json" }, body: "{}" },
      201,
      "application/problem+json",
      "{}",
    ],
    ["an answer without a type", { statusCode: 200, body: "hi" }, 200, "text/plain;charset=utf-8", "hi"],
    ["an answer without a body", { statusCode: 204 }, 204, undefined, ""],
    ["a status in text", { statusCode: "404", body: "no" }, 404, "text/plain;charset=utf-8", "no"],
    [
      "a body in base64",
      { statusCode: 200, body: "w6k=", isBase64Encoded: true },
      200,
      "text/plain;charset=utf-8",
      "é",
    ],
    ["numbers in headers", { statusCode: 200, headers: { "content-type": 7 }, body: "x" }, 200, "7", "x"],
    ["a plain object", { name: "x" }, 200, "application/json", '{"name":"x"}'],
    ["a list", [1], 200, "application/json", "[1]"],
    ["a text", "Hello", 200, "application/json", "Hello"],
    ["nothing", undefined, 200, "application/json", "null"],
    ["null", null, 200, "application/json", "null"],
  ])("%s", async (_title, result, status, type, text) => {
    const answered = await answerOf(result);
    expect([answered.status, answered.headers["content-type"], answered.text]).toEqual([status, type, text]);
    expect(answered.headers["apigw-requestid"]).toMatch(/^[\w-]{15}=$/);
    expect(answered.failures).toEqual([]);
  });

  it("may set cookies, one header each, and any header but those that frame the answer", async () => {
    const headers = { "X-Mine": "1", "Content-Length": "999", "Transfer-Encoding": "chunked", Connection: "upgrade" };
    const answered = await answerOf({ statusCode: 200, headers, cookies: ["a=1; Path=/", "b=2"], body: "ok" });
    expect(answered.headers).toMatchObject({
      "set-cookie": ["a=1; Path=/", "b=2"],
      "x-mine": "1",
      "content-length": "2",
    });
    expect(answered.headers["transfer-encoding"]).toBeUndefined();
  });

  it.each<[title: string, result: unknown]>([
    ["a status that is no number", { statusCode: "ok" }],
    ["a status that is no status", { statusCode: 1000 }],
    ["an informational status", { statusCode: 101 }],
    ["a null status", { statusCode: null }],
    ["a body that is no text", { statusCode: 200, body: { a: 1 } }],
    ["headers that are a list", { statusCode: 200, headers: [] }],
    ["a header that is an object", { statusCode: 200, headers: { a: {} } }],
    ["a header with a line break", { statusCode: 200, headers: { a: "1\r\nset-cookie: x=1" } }],
    ["a header with a bad name", { statusCode: 200, headers: { "a b": "1" } }],
    ["cookies that are no list", { statusCode: 200, cookies: "a=1" }],
    ["a cookie that is no text", { statusCode: 200, cookies: [1] }],
    ["a flag that is no flag", { statusCode: 200, isBase64Encoded: "yes" }],
  ])("that is malformed answers 500: %s", async (_title, result) => {
    const answered = await answerOf(result);
    expect([answered.status, answered.text]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(answered.failures).toEqual([new FunctionFailedError("f returned what is no HTTP response")]);
  });
});

describe("when the function does not answer", () => {
  const denied = new AwsError("AccessDeniedException", "no", { status: 403 });
  it.each<[title: string, error: Error, status: number, message: string]>([
    ["because it failed", new FunctionFailedError("f: Unhandled"), 500, "Internal Server Error"],
    ["because of a bug", new TypeError("x"), 500, "Internal Server Error"],
    ["because API Gateway may not invoke it", denied, 500, "Internal Server Error"],
    [
      "because it is throttled",
      new AwsError("TooManyRequestsException", "Rate Exceeded.", { status: 429 }),
      503,
      "Service Unavailable",
    ],
    [
      "because the event is too large",
      new AwsError("RequestTooLargeException", "6291456", { status: 413 }),
      413,
      "Request Entity Too Large",
    ],
  ])("%s", async (_title, error, status, message) => {
    const { send, failures } = await serve(async () => {
      throw error;
    });
    const answered = await send({ path: "/x" });
    expect([answered.status, answered.body.toString()]).toEqual([status, JSON.stringify({ message })]);
    expect(failures).toEqual([error]);
  });

  it("in 30 seconds, the client hears 503, and what comes later is lost", async () => {
    const slow = Promise.withResolvers<unknown>();
    const asked = Promise.withResolvers<void>();
    const { send, clock, failures } = await serve(() => {
      asked.resolve();
      return slow.promise;
    });
    const answered = send({ path: "/x" });
    await asked.promise;
    await clock.advance(29_999);
    expect(failures).toEqual([]);
    await clock.advance(1);
    expect(await answered.then(({ status, body }) => [status, body.toString()])).toEqual([
      503,
      '{"message":"Service Unavailable"}',
    ]);
    slow.reject(new Error("too late to matter"));
  });

  it("in less, the timer is gone with the answer", async () => {
    const { send, clock } = await serve(async () => "ok");
    await send({ path: "/x" });
    const answeredAt = clock.now();
    await expect(clock.runUntil(() => false)).rejects.toThrow("no timer is left");
    expect(clock.now()).toBe(answeredAt);
  });
});

const never: InvokeFunction = () => {
  throw new Error("the function must not be called");
};

function expired(): never {
  throw new AwsError("ExpiredTokenException", "expired");
}

describe("what API Gateway refuses itself", () => {
  const routes = [{ method: "GET", path: "/v1/{name}", functionName: "f" }];

  it.each([
    ["an unknown path", { path: "/v2/x" }, 404, "Not Found"],
    ["an unknown method", { method: "DELETE", path: "/v1/x" }, 404, "Not Found"],
    [
      "a preflight, as CORS is off",
      { method: "OPTIONS", path: "/v1/x", headers: { origin: "http://localhost:3000" } },
      404,
      "Not Found",
    ],
    ["a malformed escape", { path: "/v1/%zz" }, 400, "Bad Request"],
    ["a malformed signature", { path: "/v1/x", headers: { authorization: "AWS4-HMAC-SHA256 x" } }, 403, "Forbidden"],
    ["a signature for another service", { path: "/v1/x", headers: signed("AKID", "dynamodb") }, 403, "Forbidden"],
    ["a role that may not", { path: "/v1/x", headers: signed("AKIDROLE") }, 403, "Forbidden"],
  ])("%s", async (_title, request, status, message) => {
    const { send, failures } = await serve(never, { routes, authorize: (_caller, requests) => requests[0] });
    const answered = await send(request);
    expect([answered.status, answered.body.toString()]).toEqual([status, JSON.stringify({ message })]);
    expect(failures).toEqual([]);
  });

  it("a key that has expired", async () => {
    const { send } = await serve(never, { identify: expired });
    expect((await send({ path: "/x", headers: signed("ASIA") })).status).toBe(403);
  });

  it("asks IAM for the method and path of a role's call", async () => {
    const asked: unknown[] = [];
    const authorize = (_caller: Caller, requests: readonly unknown[]) => {
      asked.push(...requests);
      return undefined;
    };
    const { send } = await serve(async () => "ok", { authorize });
    expect((await send({ method: "PUT", path: "/a/b?c", headers: signed("AKIDROLE") })).status).toBe(200);
    expect(asked).toEqual([
      { action: "execute-api:Invoke", resource: "arn:aws:execute-api:eu-west-1:123456789012:local/$default/PUT/a/b" },
    ]);
  });

  it("a body of more than 10 MB, and takes one of exactly that", async () => {
    const { send } = await serve(async (_name, event) => String(event.body?.length));
    const headers = { "content-type": "text/plain" };
    const limit = 10 * 1024 * 1024;
    const most = await send({ method: "POST", path: "/x", headers, body: Buffer.alloc(limit, "a") });
    expect([most.status, most.body.toString()]).toEqual([200, String(limit)]);
    const more = await send({ method: "POST", path: "/x", headers, body: Buffer.alloc(limit + 1, "a") });
    expect([more.status, more.body.toString()]).toEqual([413, '{"message":"Request Entity Too Large"}']);
  });
});

describe("a web page may call only from this machine", () => {
  it.each<[title: string, headers: Record<string, string>, status: number]>([
    ["under another name (DNS rebinding)", { host: "evil.example" }, 403],
    ["under another name with our port", { host: "evil.example:8080" }, 403],
    ["under a name that begins like ours", { host: "localhost.evil.example" }, 403],
    ["of another site", { host: "localhost:1", "sec-fetch-site": "cross-site" }, 403],
    ["of another origin, in an older browser", { host: "localhost:1", origin: "https://evil.example" }, 403],
    ["of no origin, such as a file", { host: "localhost:1", origin: "null" }, 403],
    ["of this machine", { host: "localhost:1", origin: "http://localhost:3000", "sec-fetch-site": "same-site" }, 200],
    ["at 127.0.0.1", { host: "127.0.0.1:1", "sec-fetch-site": "same-origin" }, 200],
    ["at [::1]", { host: "[::1]:1", "sec-fetch-site": "none" }, 200],
    ["at LOCALHOST", { host: "LOCALHOST" }, 200],
  ])("%s", async (_title, headers, status) => {
    const { send } = await serve(async () => "ok");
    expect((await send({ path: "/x", headers })).status).toBe(status);
  });
});

describe("the server", () => {
  it("refuses to listen beyond the loopback", async () => {
    const host = "0.0.0.0" as "127.0.0.1";
    await expect(serve(async () => "ok", { host })).rejects.toThrow(
      "the HTTP API has no password and listens on the loopback only, not on 0.0.0.0",
    );
  });

  it("says which port is taken", async () => {
    const { url } = await serve(async () => "ok");
    const port = Number(new URL(url).port);
    await expect(serve(async () => "ok", { port })).rejects.toThrow(
      `the HTTP API cannot listen: port ${port} of 127.0.0.1 is in use; stop what has it, or choose another`,
    );
  });

  it("invokes the Lambda of the embedded cloud with JSON both ways", async () => {
    const calls: unknown[] = [];
    const kernel = {
      call: async (service: string, operation: string, input: unknown, caller: Caller) => {
        const { FunctionName, Payload } = input as { FunctionName: string; Payload: Uint8Array };
        calls.push([service, operation, FunctionName, JSON.parse(new TextDecoder().decode(Payload)), caller.arn]);
        return { StatusCode: 200, Payload: new TextEncoder().encode('{"statusCode":202,"body":"done"}') };
      },
    };
    const { send } = await serve(invokeThroughKernel(kernel, user));
    const answered = await send({ path: "/x" });
    expect([answered.status, answered.body.toString()]).toEqual([202, "done"]);
    expect(calls).toEqual([["lambda", "Invoke", "f", expect.objectContaining({ rawPath: "/x" }), user.arn]]);
  });

  it("takes a function's error for what it is", async () => {
    const Payload = new TextEncoder().encode('{"errorMessage":"boom"}');
    const kernel = { call: async () => ({ StatusCode: 200, FunctionError: "Unhandled", Payload }) };
    const { send, failures } = await serve(invokeThroughKernel(kernel, user));
    expect((await send({ path: "/x" })).status).toBe(500);
    expect(failures).toEqual([new FunctionFailedError('f: Unhandled: {"errorMessage":"boom"}')]);
  });
});
