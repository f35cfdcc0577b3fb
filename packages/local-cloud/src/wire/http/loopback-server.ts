import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { finished } from "node:stream";
import type { Clock } from "@muster/core";
import { readBody } from "./body.ts";
import { foreignReason } from "./loopback-guard.ts";
import { NO_ANSWER, type HttpRequest, type HttpResponse } from "./message.ts";

export type LoopbackHost = "127.0.0.1" | "::1" | "localhost";

export interface LoopbackOptions {
  /** What this server is, for its error messages. */
  readonly name: string;
  readonly host: LoopbackHost;
  /** 0 takes any free port. */
  readonly port: number;
  readonly clock: Clock;
  readonly maxBodyBytes: number;
  /** Must not reject; if it does, the client sees a 500 without a body. */
  readonly answer: (request: HttpRequest) => Promise<HttpResponse | typeof NO_ANSWER>;
  /** The answer to a request whose body passes `maxBodyBytes`; its body is empty here. */
  readonly tooLarge: (request: HttpRequest) => HttpResponse;
  readonly timeouts?: SocketTimeouts;
}

/** Bounds on how long a client may take to say what it wants, in ms of real time: sockets know no other. */
export interface SocketTimeouts {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkEveryMs: number;
}

export interface RunningServer {
  readonly url: string;
  /** Takes no new request, lets the running ones answer, then frees the port. Safe to call twice. */
  readonly close: () => Promise<void>;
}

const SLOW_CLIENT: SocketTimeouts = { headersMs: 10_000, requestMs: 30_000, checkEveryMs: 1_000 };

/** Longer than the SDKs keep an idle connection, so that it is never the server that closes it under a new request. */
const KEEP_ALIVE_MS = 75_000;

/** How long `close` waits for answers that are under way, in ms of the embedded cloud's clock. */
const CLOSE_GRACE_MS = 5_000;

const LOOPBACK: readonly string[] = ["127.0.0.1", "::1", "localhost"] satisfies LoopbackHost[];

/**
 * A plain HTTP server that only this machine can reach, and no web page on it.
 * @throws {PortTakenError} when something else listens there already
 */
export async function serveLoopback(options: LoopbackOptions): Promise<RunningServer> {
  // A caller's configuration may come from a command line, where the type says nothing.
  if (!LOOPBACK.includes(options.host)) {
    throw new Error(`${options.name} has no password and listens on the loopback only, not on ${options.host}`);
  }
  const inFlight = new Set<Promise<void>>();
  const server = createLimitedServer(options.timeouts ?? SLOW_CLIENT);
  server.on("request", (message, response) => {
    const work = handle(options, message, response).finally(() => inFlight.delete(work));
    inFlight.add(work);
  });
  server.on("clientError", refuseMalformed);
  await listen(server, options);
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= shutDown(server, inFlight, options.clock));
  return { url: urlOf(server, options.host), close };
}

/** Another process has the port. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";
}

function createLimitedServer(timeouts: SocketTimeouts): Server {
  return createServer({
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    connectionsCheckingInterval: timeouts.checkEveryMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // The guard refuses a missing Host itself, in words.
    requireHostHeader: false,
  });
}

function listen(server: Server, { name, host, port }: LoopbackOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(
        taken
          ? new PortTakenError(
              `${name} cannot listen: port ${port} of ${host} is in use; stop what has it, or choose another`,
            )
          : new Error(`${name} cannot listen on port ${port} of ${host}: ${error.message}`, { cause: error }),
      );
    });
    server.listen({ host, port, exclusive: true }, resolve);
  });
}

function urlOf(server: Server, host: LoopbackHost): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host === "::1" ? "[::1]" : host}:${port}`;
}

async function handle(options: LoopbackOptions, message: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const answer = await answerTo(options, message);
    // The message's own destroy does nothing once it has been read to its end.
    if (answer === NO_ANSWER) message.socket.destroy();
    else await send(response, answer);
  } catch {
    // What `answer` promised not to do, or a header that HTTP cannot carry. The process must outlive both.
    if (response.headersSent) {
      response.destroy();
      return;
    }
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    await send(response, { status: 500, headers: {}, body: "" });
  }
}

async function answerTo(options: LoopbackOptions, message: IncomingMessage): Promise<HttpResponse | typeof NO_ANSWER> {
  const foreign = foreignReason(message.headers);
  if (foreign !== undefined) return refusal(403, foreign);
  // Neither the absolute form of a proxy request nor `*` names anything here.
  if (message.url === undefined || !message.url.startsWith("/"))
    return refusal(400, "the request target must be a path");
  const body = await readBody(message, options.maxBodyBytes);
  if (body === "aborted") return NO_ANSWER;
  const [path = "/", ...query] = message.url.split("?");
  const request = {
    method: message.method ?? "GET",
    path,
    query: query.join("?"),
    headers: headersOf(message),
    sourceIp: message.socket.remoteAddress ?? "127.0.0.1",
  };
  if (body === "too-large") return options.tooLarge({ ...request, body: new Uint8Array() });
  return options.answer({ ...request, body });
}

function refusal(status: number, message: string): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/json", connection: "close" },
    body: JSON.stringify({ message }),
  };
}

function headersOf(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    headers[name] = (values ?? []).join(name === "cookie" ? "; " : ",");
  }
  return headers;
}

function send(response: ServerResponse, { status, headers, body }: HttpResponse): Promise<void> {
  return new Promise((resolve) => {
    // Also fires when the client is gone already, where a "close" listener would wait for ever.
    finished(response, () => resolve());
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    // The body of these is forbidden by HTTP, and HEAD's by its method, which node looks after.
    const bodiless = status === 204 || status === 304;
    if (!bodiless) response.setHeader("content-length", Buffer.byteLength(body));
    response.writeHead(status);
    response.end(bodiless ? undefined : body);
  });
}

/** Answers what is not even HTTP, or came too slowly. Unheard, the error would end the process. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const status = error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : error.code === "HPE_HEADER_OVERFLOW" ? 431 : 400;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

async function shutDown(server: Server, inFlight: ReadonlySet<Promise<void>>, clock: Clock): Promise<void> {
  const freed = new Promise((resolve) => {
    server.close(resolve);
  });
  const grace = Promise.withResolvers<void>();
  const cancel = clock.after(CLOSE_GRACE_MS, grace.resolve);
  await Promise.race([Promise.all(inFlight), grace.promise]);
  cancel();
  server.closeAllConnections();
  await freed;
}
