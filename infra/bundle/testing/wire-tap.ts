import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { seededRandom, VirtualClock } from "@muster/core";
import { serveAws } from "@muster/local-cloud";

/** One request as it came over the wire. */
export interface TappedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A server that speaks AWS's protocols, and answers what it is told to. */
export interface WireTap {
  readonly url: string;
  /** The last request. */
  readonly request: () => TappedRequest;
  /** What the next calls are answered with: an output, an error of AWS's, or bytes that are neither. */
  answer: { readonly output: unknown } | { readonly error: Error } | { readonly status: number; readonly body: string };
  readonly close: () => Promise<void>;
}

export async function wireTap(): Promise<WireTap> {
  const aws = await serveAws({
    kernel: {
      call: async () => {
        if ("error" in tap.answer) throw tap.answer.error;
        return "output" in tap.answer ? tap.answer.output : {};
      },
    },
    identify: () => ({ arn: "arn:aws:iam::000000000000:user/test", isAccountUser: true }),
    random: seededRandom(1),
    clock: new VirtualClock({ startAt: 0, drain: async () => undefined }),
    port: 0,
  });
  let last: TappedRequest | undefined;
  const respond = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url: path = "", headers } = message;
    const body = await textOf(message);
    last = { method, path, headers, body };
    if ("status" in tap.answer) {
      response.writeHead(tap.answer.status, { "content-type": "text/html" }).end(tap.answer.body);
      return;
    }
    const { host: _, connection: __, "content-length": ___, ...rest } = headers;
    const answer = await fetch(`${aws.url}${path}`, { method, headers: rest as Record<string, string>, body });
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
  };
  const front = createServer((message, response) => void respond(message, response));
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  const tap: WireTap = {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    request: () => {
      if (last === undefined) throw new Error("nothing was requested");
      return last;
    },
    answer: { output: {} },
    close: async () => {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      await aws.close();
    },
  };
  return tap;
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
