import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { anOperationView } from "../testing/views.ts";
import { httpApi } from "./http-api.ts";

const REAL_NOW = 1_700_000_000_000;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** The connection ends in the middle of the body. */
  readonly breaks?: boolean;
}

/** Something on a port that answers so; what it was asked is kept. */
async function serving(answer: (request: IncomingMessage) => Answer) {
  const requests: { method: string | undefined; url: string | undefined; headers: object; body: string }[] = [];
  const running = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => void (body += chunk.toString()));
    request.on("end", () => {
      requests.push({ method: request.method, url: request.url, headers: request.headers, body });
      const { status = 200, headers = {}, body: content, breaks = false } = answer(request);
      response.writeHead(status, headers);
      if (breaks) {
        response.write("{", () => request.socket.destroy());
        return;
      }
      response.end(typeof content === "string" ? content : JSON.stringify(content));
    });
  });
  server = running;
  await new Promise<void>((resolve) => {
    running.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(running.address() as AddressInfo).port}`;
  return { url, requests, api: httpApi(url, () => REAL_NOW) };
}

const summary = {
  name: "demo",
  product: "weka",
  deployment: "client-backend",
  status: "ready",
  operationId: "demo.1",
  createdAt: "2026-03-01T12:00:00.000Z",
};

describe("Muster's API over HTTP", () => {
  it("sends a spec as JSON, with the key that makes it one operation", async () => {
    const { api, requests } = await serving(() => ({ status: 202, body: anOperationView() }));
    expect(await api.deploy({ name: "demo" }, "key-1")).toEqual(anOperationView());
    expect(requests).toMatchObject([
      {
        method: "POST",
        url: "/v1/clusters",
        body: '{"name":"demo"}',
        headers: { "content-type": "application/json", "idempotency-key": "key-1" },
      },
    ]);
  });

  it("writes names into paths so that none can mean another path", async () => {
    const { api, requests } = await serving(() => ({ body: anOperationView() }));
    await api.destroy("a/b?c");
    expect(requests).toMatchObject([{ method: "DELETE", url: "/v1/clusters/a%2Fb%3Fc?confirm=a%2Fb%3Fc" }]);
  });

  it("reads a listing page after page", async () => {
    const { api } = await serving(({ url = "" }) =>
      url.includes("after=n%201")
        ? { body: { items: [{ ...summary, name: "second" }] } }
        : { body: { items: [summary], next: "n 1" } },
    );
    expect((await api.clusters()).map((cluster) => cluster.name)).toEqual(["demo", "second"]);
  });

  it("tells time by the API's own clock, and by this machine's where an answer bears no date", async () => {
    const dated = await serving(() => ({
      body: anOperationView(),
      headers: { date: "Sun, 01 Mar 2026 12:00:07 GMT" },
    }));
    expect(dated.api.now()).toBe(REAL_NOW);
    await dated.api.operation("x");
    expect(dated.api.now()).toBe(Date.parse("2026-03-01T12:00:07Z"));
    const undated = await serving(() => ({ body: anOperationView(), headers: { date: "" } }));
    await undated.api.operation("x");
    expect(undated.api.now()).toBe(REAL_NOW);
  });

  it("passes on what the API refuses, with its code, reason, remedy and facts", async () => {
    const { api } = await serving(() => ({
      status: 409,
      body: {
        type: "urn:x",
        title: "Busy.",
        status: 409,
        code: "ClusterBusy",
        detail: "So.",
        remedy: "Wait.",
        by: "op",
      },
    }));
    await expect(api.destroy("demo")).rejects.toMatchObject({
      name: "ApiError",
      status: 409,
      code: "ClusterBusy",
      message: "Busy.",
      why: "So.",
      remedy: "Wait.",
      details: { by: "op" },
    });
  });

  it.each([
    ["the AWS port", { status: 403, body: { message: "Missing Authentication Token" } }, /status 403, Missing Auth/],
    ["a web page", { body: "<html>hello</html>" }, /no JSON\.$/],
    ["a page that is not there", { status: 404, body: "<html>" }, /status 404\.$/],
    ["other JSON", { body: { hello: "world" } }, /items is not as the API's description says\.$/],
    ["another version", { body: { items: [{ ...summary, status: "asleep" }] } }, /items\.0\.status is not as/],
  ])("says that it is not there where %s is", async (_, answer, why) => {
    const { api, url } = await serving(() => answer);
    await expect(api.clusters()).rejects.toMatchObject({
      code: "NotMustersApi",
      what: `What answers at ${url} is not Muster's API.`,
      why: expect.stringMatching(why),
    });
  });

  it.each([
    [{ status: 500, body: { message: "Internal Server Error" } }, "500, Internal Server Error"],
    [{ status: 503, body: "" }, "503"],
    [{ status: 429, body: { message: "Too Many Requests" } }, "429, Too Many Requests"],
  ])("says that it failed where the gateway says no more than %j", async (answer, said) => {
    const { api } = await serving(() => answer);
    await expect(api.operation("x")).rejects.toMatchObject({
      code: "ApiFailed",
      why: `It answered GET /v1/operations/x with ${said}.`,
    });
  });

  it("says that nobody answers, and why", async () => {
    const { url } = await serving(() => ({}));
    server?.close();
    const port = url.split(":")[2];
    const unreachable = {
      code: "ApiUnreachable",
      exitCode: 1,
      why: expect.stringMatching(`ECONNREFUSED.*:${port}`),
      remedy: "Start the embedded cloud (npm start), or name the API with --api URL or MUSTER_API.",
    };
    await expect(httpApi(url, () => 0).clusters()).rejects.toMatchObject(unreachable);
    await expect(httpApi(`http://localhost:${port}`, () => 0).clusters()).rejects.toMatchObject(unreachable);
  });

  it("says so when the connection breaks in the middle of an answer", async () => {
    const { api } = await serving(() => ({ breaks: true }));
    await expect(api.clusters()).rejects.toMatchObject({ code: "ApiUnreachable", why: "other side closed" });
  });
});
