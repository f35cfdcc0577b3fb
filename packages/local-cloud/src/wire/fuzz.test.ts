import { CborCodec } from "@smithy/core/cbor";
import { seededRandom } from "@muster/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sdkServices, type OperationSchema, type SdkService } from "../kernel/sdk.ts";
import { conformTo } from "../kernel/shape.ts";
import { AwsError } from "../kernel/aws-error.ts";
import { answerAws } from "./answer.ts";
import { NO_ANSWER, type HttpRequest } from "./http/message.ts";
import { writeJson } from "./protocols/document-codecs.ts";
import { restBinding } from "./protocols/rest-routes.ts";
import { schemaOf } from "./schema.ts";
import { sendHttp, sendRaw } from "./testing/http-client.ts";
import { signedFor } from "./testing/wire-cloud.ts";
import { serveWireCloud, USER } from "./testing/wire-cloud.ts";
import { SampleMaker } from "./testing/sample.ts";

const operations = [...sdkServices.values()].flatMap((service) =>
  [...service.operations.values()].map((operation) => ({ service, operation })),
);

/** How a valid request is spoilt: some of its bytes changed, cut out or doubled. */
interface Spoil {
  readonly at: number;
  readonly kind: "flip" | "cut" | "double" | "insert";
  readonly bytes: Uint8Array;
}

const spoils = fc.array(
  fc.record<Spoil>({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom("flip", "cut", "double", "insert"),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  }),
  { maxLength: 6 },
);

/** Answers through the whole wire, with the kernel's own check of shapes behind it. */
async function answer(request: HttpRequest): Promise<{ status: number; bugs: unknown[] }> {
  const bugs: unknown[] = [];
  const kernel = {
    call: async (service: keyof typeof byName, operation: string, input: unknown) => {
      const schema = byName[service]?.operations.get(operation);
      try {
        conformTo(schema?.input)(input, "");
      } catch (error) {
        throw new AwsError("SerializationException", String(error));
      }
      return {};
    },
  };
  const backend = { kernel, identify: () => USER, random: seededRandom(1), onBug: (bug: unknown) => bugs.push(bug) };
  const answered = await answerAws(backend, request);
  if (answered === NO_ANSWER) throw new Error("no answer");
  return { status: answered.status, bugs };
}

const byName: Readonly<Record<string, SdkService>> = Object.fromEntries(sdkServices);

describe("whatever is sent is answered, and is never a bug of ours", () => {
  it("in each protocol, for spoilt requests of every service", async () => {
    const samples = new SampleMaker({ keepEmpty: false, mostItems: 1 });
    const given = fc.record({
      index: fc.nat(operations.length - 1),
      protocol: fc.constantFrom("own", "own", "cbor", "query"),
      spoils,
      spoilPath: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ index, protocol, spoils, spoilPath }) => {
        const { service, operation } = operations[index] ?? { service: byName["ec2"], operation: undefined };
        if (service === undefined || operation === undefined) throw new Error("no operation");
        const valid = validRequest(service, operation, protocol, samples);
        const request = {
          ...valid,
          body: spoil(valid.body, spoils),
          ...(spoilPath && { path: `/${Buffer.from(spoil(Buffer.from(valid.path), spoils)).toString("latin1")}` }),
        };
        const { status, bugs } = await answer(request);
        expect(bugs).toEqual([]);
        expect([200, 201, 202, 204, 400, 403, 404, 413, 501]).toContain(status);
      }),
      { numRuns: 6_000, seed: 1 },
    );
  });

  it("for any method, path, query, headers and body", async () => {
    const header = fc.oneof(
      fc.constantFrom("application/cbor", "application/x-amz-json-1.1", "application/x-www-form-urlencoded", "gzip"),
      fc.constantFrom("DynamoDB_20120810.GetItem", "rpc-v2-cbor", "true", "__proto__", "constructor"),
      fc.string(),
    );
    const names = fc.constantFrom(
      "content-type",
      "x-amz-target",
      "smithy-protocol",
      "content-encoding",
      "x-amzn-query-mode",
    );
    const scope = fc.oneof(fc.constantFrom(...sdkServices.keys(), "s3", "__proto__", "toString"), fc.string());
    const given = fc.record({
      method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"),
      path: fc.oneof(fc.string(), fc.webPath()).map((path) => `/${path}`),
      query: fc.oneof(fc.string(), fc.webQueryParameters(), fc.constant("Action=__proto__&X-Amz-Credential=a")),
      headers: fc.dictionary(names, header),
      scope: fc.option(scope),
      body: fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => new Uint8Array(Buffer.from(text))),
      ),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ scope, headers, ...rest }) => {
        const signature = scope === null ? {} : signedFor(scope);
        const request = { ...rest, headers: { ...headers, ...signature }, sourceIp: "127.0.0.1" };
        const { bugs } = await answer(request);
        expect(bugs).toEqual([]);
      }),
      { numRuns: 6_000, seed: 1 },
    );
  });

  it("over a socket, for bytes that need not be HTTP", async () => {
    const timeouts = { headersMs: 40, requestMs: 40, checkEveryMs: 10 };
    const cloud = await serveWireCloud({}, { timeouts });
    const starts = fc.constantFrom(
      "",
      "GET / HTTP/1.1\r\nHost: localhost\r\n",
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n",
    );
    const given = fc.array(fc.tuple(starts, fc.uint8Array({ maxLength: 60 })), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(given, async (connections) => {
        await Promise.all(
          connections.map(([start, bytes]) => sendRaw(cloud.url, Buffer.concat([Buffer.from(start), bytes]))),
        );
        expect((await sendHttp(cloud.url)).status).toBe(403);
      }),
      { numRuns: 25, seed: 1 },
    );
    expect(cloud.bugs).toEqual([]);
    await cloud.close();
  });

  it("nesting, numbers and names of the worst kind", async () => {
    const deep = `{"TableName":"t","Item":{"a":${'{"L":['.repeat(200_000)}`;
    const wide = `{"TableName":"t","Item":{${Array.from({ length: 100_000 }, (_, i) => `"${i}":{"S":""}`).join()}}}`;
    const target = { "x-amz-target": "DynamoDB_20120810.PutItem", "content-type": "application/x-amz-json-1.0" };
    const bodies = [
      deep,
      "[".repeat(3_000_000),
      wide,
      '{"__proto__":{"TableName":"t"}}',
      `{"TableName":${"9".repeat(1_000_000)}}`,
    ];
    for (const body of bodies) {
      const headers = { ...signedFor("dynamodb"), ...target };
      const { bugs } = await answer(requestOf({ headers, body: Buffer.from(body) }));
      expect(bugs).toEqual([]);
    }
    const forms = [
      `Action=RunInstances&${"a.".repeat(4_000_000)}=1`,
      `Action=RunInstances${"&BlockDeviceMapping.1.Ebs.X".repeat(1_000)}`,
    ];
    for (const body of forms) {
      const headers = { ...signedFor("ec2"), "content-type": "application/x-www-form-urlencoded" };
      const { status, bugs } = await answer(requestOf({ headers, body: Buffer.from(body) }));
      expect([status, bugs]).toEqual([400, []]);
    }
  });
});

function validRequest(
  service: SdkService,
  operation: OperationSchema,
  protocol: string,
  samples: SampleMaker,
): HttpRequest {
  const schema = schemaOf(operation.input);
  const input = samples.make(schema);
  const headers = signedFor(service.service);
  if (protocol === "cbor" && service.target !== undefined && schema.isStructSchema()) {
    const serializer = new CborCodec().createSerializer();
    serializer.write(schema, input);
    const path = `/service/${service.target}/operation/${operation.name}`;
    return requestOf({ path, headers: { ...headers, "smithy-protocol": "rpc-v2-cbor" }, body: serializer.flush() });
  }
  if (protocol === "query" || service.protocol.endsWith("Query")) {
    const body = new URLSearchParams([["Action", operation.name], ...flatten("", input)]).toString();
    const form = { ...headers, "content-type": "application/x-www-form-urlencoded" };
    return requestOf({ headers: form, body: Buffer.from(body) });
  }
  const body = writeJson(schema, input, { jsonNames: service.protocol === "restJson1" });
  if (service.protocol === "restJson1") {
    const binding = restBinding(operation);
    const path = `/${(binding?.segments ?? []).map((segment) => ("literal" in segment ? segment.literal : "x%20y")).join("/")}`;
    return requestOf({ method: binding?.method ?? "GET", path, query: "Marker=a&MaxItems=1&tagKeys=b", headers, body });
  }
  return requestOf({ headers: { ...headers, "x-amz-target": `${service.target ?? ""}.${operation.name}` }, body });
}

function flatten(prefix: string, value: unknown): [string, string][] {
  if (typeof value !== "object" || value === null) return [[prefix, String(value)]];
  const entries = Array.isArray(value) ? value.map((item, index) => [index + 1, item] as const) : Object.entries(value);
  return entries.flatMap(([key, inner]) => flatten(prefix === "" ? String(key) : `${prefix}.${key}`, inner));
}

function requestOf(parts: Partial<HttpRequest>): HttpRequest {
  return { method: "POST", path: "/", query: "", headers: {}, body: new Uint8Array(), sourceIp: "127.0.0.1", ...parts };
}

function spoil(bytes: Uint8Array, spoils: readonly Spoil[]): Uint8Array {
  let result = Buffer.from(bytes);
  for (const { at, kind, bytes: with_ } of spoils) {
    const index = Math.floor(at * result.length);
    const [before, after] = [result.subarray(0, index), result.subarray(index)];
    if (kind === "flip")
      for (const [offset, byte] of with_.entries()) if (index + offset < result.length) result[index + offset] = byte;
    if (kind === "cut") result = Buffer.concat([before, after.subarray(with_.length)]);
    if (kind === "double") result = Buffer.concat([before, after.subarray(0, 20), after]);
    if (kind === "insert") result = Buffer.concat([before, with_, after]);
  }
  return new Uint8Array(result);
}
