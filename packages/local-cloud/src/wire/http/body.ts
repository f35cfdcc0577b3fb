import type { IncomingMessage } from "node:http";

/** The whole body; `too-large` when it passes the limit; `aborted` when the client went away before its end. */
export async function readBody(message: IncomingMessage, limitBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      // The rest is read and dropped, or a client that is still sending would see a reset instead of the answer.
      if (bytes <= limitBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (bytes > limitBytes * DRAINED_LIMITS) return "aborted";
    }
  } catch {
    return "aborted";
  }
  return bytes > limitBytes ? "too-large" : Buffer.concat(chunks);
}

export type Body = Uint8Array | "too-large" | "aborted";

/** How many times the limit is read before the connection is simply cut. */
const DRAINED_LIMITS = 4;
