import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { sendHttp, sendRaw } from "./testing/http-client.ts";
import { form, getItem, json } from "./testing/requests.ts";
import { serveWireCloud, signedFor, type Script } from "./testing/wire-cloud.ts";

type Cloud = Awaited<ReturnType<typeof serveWireCloud>>;
const running: Cloud[] = [];

afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.close();
});

async function serve(script: Script = {}, more: Parameters<typeof serveWireCloud>[1] = {}): Promise<Cloud> {
  const cloud = await serveWireCloud(script, more);
  running.push(cloud);
  return cloud;
}

describe("an answer that is lost on its way", () => {
  it("ends the connection, after the operation ran", async () => {
    const ran: string[] = [];
    const getItemOnce = () => {
      ran.push("GetItem");
      return {};
    };
    const { url } = await serve({ dynamodb: { GetItem: getItemOnce } }, { faults: { script: () => "lose-answer" } });
    const request = sendHttp(url, json("dynamodb", getItem, '{"TableName":"t","Key":{}}'));
    await expect(request).rejects.toThrow("socket hang up");
    expect(ran).toEqual(["GetItem"]);
  });
});

describe("a client that is no client", () => {
  const timeouts = { headersMs: 60, requestMs: 60, checkEveryMs: 10 };
  it.each<[title: string, bytes: string, answer: string]>([
    ["that never ends its headers", "POST / HTTP/1.1\r\nHost: localhost\r\nX: ", "HTTP/1.1 408 Request Timeout"],
    [
      "that never ends its body",
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc",
      "HTTP/1.1 408 Request Timeout",
    ],
    ["that speaks no HTTP", "hello\r\n\r\n", "HTTP/1.1 400 Bad Request"],
    ["that speaks TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc", "HTTP/1.1 400 Bad Request"],
    [
      "with a header without end",
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
      "HTTP/1.1 431 Request Header Fields Too Large",
    ],
    [
      "with two lengths",
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "HTTP/1.1 400 Bad Request",
    ],
    [
      "with a broken chunk",
      "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "HTTP/1.1 400 Bad Request",
    ],
    ["that says no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 403 Forbidden"],
    ["of HTTP/1.0 that says no host", "GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 403 Forbidden"],
    [
      "that takes it for a proxy",
      "GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "HTTP/1.1 400 Bad Request",
    ],
    ["that asks for all", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 400 Bad Request"],
    ["that comes from another site", "POST / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "HTTP/1.1 403 Forbidden"],
  ])("%s", async (_title, bytes, answer) => {
    const { url } = await serve({}, { timeouts });
    expect((await sendRaw(url, bytes)).split("\r\n")[0]).toBe(answer);
    expect((await sendHttp(url)).status).toBe(403);
  });

  it("that asks for a tunnel or an upgrade hears nothing worse", async () => {
    const { url } = await serve({}, { timeouts });
    expect(await sendRaw(url, "CONNECT evil:443 HTTP/1.1\r\nHost: localhost\r\n\r\n")).toBe("");
    const upgrade = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n";
    expect(await sendRaw(url, upgrade)).toMatch(/^(HTTP\/1.1 403 |$)/);
    expect((await sendHttp(url)).status).toBe(403);
  });

  it("that is gone before the answer harms nobody", async () => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<object>();
    const slow = () => {
      started.resolve();
      return finish.promise;
    };
    const cloud = await serve({ ec2: { DescribeInstances: slow } });
    const { hostname, port } = new URL(cloud.url);
    const socket = connect({ host: hostname, port: Number(port) });
    const headers = Object.entries({ host: "localhost", "content-length": "0", ...signedFor("ec2") });
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`POST /?Action=DescribeInstances HTTP/1.1\r\n${lines}\r\n`);
    await started.promise;
    socket.destroy();
    finish.resolve({});
    expect((await sendHttp(cloud.url)).status).toBe(403);
    await cloud.close();
    expect(cloud.bugs).toEqual([]);
  });
});

describe("the server", () => {
  it("answers a query in the URL, as presigned requests have it", async () => {
    const { url } = await serve();
    const query = `Action=GetCallerIdentity&X-Amz-Credential=AKID%2F20260101%2Fus-east-1%2Fsts%2Faws4_request`;
    const { status, body } = await sendHttp(url, { path: `/?${query}` });
    expect([status, body.toString()]).toEqual([
      200,
      expect.stringContaining("<Arn>arn:aws:iam::123456789012:user/ann</Arn>") as string,
    ]);
  });

  it("reads a body that is compressed", async () => {
    const seen: unknown[] = [];
    const putMetricData = (input: unknown) => {
      seen.push(input);
    };
    const { url } = await serve({ monitoring: { PutMetricData: putMetricData } });
    const request = json("monitoring", "GraniteServiceVersion20100801.PutMetricData", gzipSync('{"Namespace":"n"}'));
    const headers = { ...request.headers, "content-encoding": "gzip" };
    expect((await sendHttp(url, { ...request, headers })).status).toBe(200);
    expect(seen).toEqual([{ Namespace: "n" }]);
  });

  it("says which port is taken", async () => {
    const { url } = await serve();
    const port = Number(new URL(url).port);
    await expect(serve({}, { port })).rejects.toThrow(
      `the embedded AWS cannot listen: port ${port} of 127.0.0.1 is in use; stop what has it, or choose another`,
    );
  });

  it("lets the requests that it has taken answer when it closes, and then frees the port", async () => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<object>();
    const slow = () => {
      started.resolve();
      return finish.promise;
    };
    const clock = { now: () => 0, after: () => () => {} };
    const cloud = await serve({ ec2: { DescribeInstances: slow } }, { clock });
    const answered = sendHttp(cloud.url, form("ec2", "Action=DescribeInstances"));
    await started.promise;
    const closed = Promise.all([cloud.close(), cloud.close()]);
    await expect(sendHttp(cloud.url)).rejects.toThrow("ECONNREFUSED");
    finish.resolve({ Reservations: [] });
    expect((await answered).status).toBe(200);
    await closed;
    const port = Number(new URL(cloud.url).port);
    expect((await serve({}, { port })).url).toBe(cloud.url);
  });

  it("closes all the same when an answer never comes, after its grace", async () => {
    const started = Promise.withResolvers<void>();
    const never = () => {
      started.resolve();
      return new Promise(() => {});
    };
    const cloud = await serve({ ec2: { DescribeInstances: never } });
    const answered = sendHttp(cloud.url, form("ec2", "Action=DescribeInstances"));
    await started.promise;
    await Promise.all([cloud.close(), expect(answered).rejects.toThrow("socket hang up")]);
  });

  it("keeps a connection for the next request", async () => {
    const { url } = await serve();
    const answered = await sendRaw(url, getRequest("keep-alive") + getRequest("close"));
    expect(answered.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 403", "HTTP/1.1 403"]);
  });
});

function getRequest(connection: string): string {
  return `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: ${connection}\r\n\r\n`;
}
