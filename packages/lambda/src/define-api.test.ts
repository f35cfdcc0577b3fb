import { MusterError, seededRandom } from "@muster/core";
import { describe, expect, it } from "vitest";
import type { FunctionRuntime, Log } from "./context.ts";
import { defineApi, type ApiRequest } from "./define-api.ts";

/** What a request's handler saw, and what the caller was answered. */
async function ask(event: unknown, answer: (request: ApiRequest) => unknown = (request) => request) {
  const logged: unknown[] = [];
  const log: Log = { info: () => undefined, warn: () => undefined, error: (...line) => void logged.push(line) };
  const runtime: FunctionRuntime = {
    clock: { now: () => 0, after: () => () => undefined },
    random: seededRandom(1),
    region: "us-east-1",
    environment: { TABLE_NAME: "table" },
    log,
    client: <C>() => ({}) as C,
  };
  const api = defineApi({
    name: "test",
    environment: ["TABLE_NAME"],
    ports: (_, environment) => environment,
    routes: {
      "POST /v1/things/{name}": async (request) => ({
        status: 202,
        body: answer(request),
        headers: { location: "/v1" },
      }),
    },
  });
  const response = await api.bind(runtime)(event, { requestId: "1", deadlineAt: 0 });
  const { statusCode, headers, body } = response as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
  };
  return {
    status: statusCode,
    type: headers["content-type"],
    headers,
    body: JSON.parse(body) as Record<string, unknown>,
    logged,
  };
}

const event = {
  routeKey: "POST /v1/things/{name}",
  pathParameters: { name: "demo" },
  queryStringParameters: { confirm: "yes" },
  headers: { "idempotency-key": "k" },
  body: '{"a": 1}',
};

const refusal = (code: ConstructorParameters<typeof MusterError>[0]) =>
  new MusterError(code, {
    what: "What.",
    why: `Why (${code}).`,
    remedy: "Remedy.",
    details: { operationId: "demo.op" },
  });

describe("a route", () => {
  it("sees the parts of a request, and answers JSON with its own headers", async () => {
    const { status, type, headers, body } = await ask(event);
    expect([status, type, headers["location"]]).toEqual([202, "application/json", "/v1"]);
    expect(body).toEqual({
      route: "POST /v1/things/{name}",
      path: { name: "demo" },
      query: { confirm: "yes" },
      headers: { "idempotency-key": "k" },
      body: { a: 1 },
    });
  });

  it.each([
    {
      of: "a body in base64",
      change: { body: Buffer.from('{"a": 1}').toString("base64"), isBase64Encoded: true },
      body: { a: 1 },
    },
    { of: "no body", change: { body: undefined }, body: undefined },
    { of: "an empty body", change: { body: "" }, body: undefined },
  ])("reads $of", async ({ change, body }) => {
    expect((await ask({ ...event, ...change })).body["body"]).toEqual(body);
  });

  it("has everything there is when a request says almost nothing", async () => {
    expect((await ask({ routeKey: event.routeKey })).body).toMatchObject({ path: {}, query: {}, headers: {} });
  });
});

describe("an error", () => {
  it.each([
    { code: "ClusterNotFound", status: 404 },
    { code: "ClusterBusy", status: 409 },
    { code: "SpecInvalid", status: 422 },
    { code: "ConfirmationMissing", status: 400 },
    { code: "AwsUnavailable", status: 503 },
    { code: "AwsAccessDenied", status: 500 },
    { code: "LeaseLost", status: 500 },
  ] as const)(
    "$code is answered with $status, as a problem (RFC 9457) in three lines with its facts",
    async ({ code, status }) => {
      const answer = await ask(event, () => {
        throw refusal(code);
      });
      expect([answer.status, answer.type]).toEqual([status, "application/problem+json"]);
      expect(answer.body).toEqual({
        type: `urn:muster:error:${code}`,
        title: "What.",
        status,
        code,
        detail: `Why (${code}).`,
        remedy: "Remedy.",
        operationId: "demo.op",
      });
      // What the caller can correct is no line in our log.
      expect(answer.logged.length).toBe(status >= 500 ? 1 : 0);
    },
  );

  it("of ours is a problem too, without a word of its stack, which is in the log", async () => {
    const answer = await ask(event, () => {
      throw new TypeError("cannot read x of undefined");
    });
    expect(answer).toMatchObject({ status: 500, type: "application/problem+json" });
    expect(JSON.stringify(answer.body)).not.toContain("define-api.test.ts");
    expect(JSON.stringify(answer.logged)).toContain("define-api.test.ts");
  });

  it.each([
    { of: "a body that is no JSON", change: { body: "{a: 1}" }, says: "JSON" },
    { of: "a route that is not served", change: { routeKey: "GET /v1/nothing" }, says: "GET /v1/nothing" },
  ])("is what the caller gets for $of", async ({ change, says }) => {
    const answer = await ask({ ...event, ...change });
    expect(answer).toMatchObject({ status: 400, body: { code: "InputInvalid" } });
    expect(JSON.stringify(answer.body)).toContain(says);
  });
});
