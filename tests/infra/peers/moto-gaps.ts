import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { machineVersions } from "./machine-versions.ts";

/** Stands before moto, answers what the AWS provider needs and moto does not have, and hands on all else. */
export async function startGapFiller(port: number, motoPort: number): Promise<{ close: () => void }> {
  const versions = machineVersions();
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const [service, operation] = String(request.headers["x-amz-target"] ?? "").split(".");
    const input = service === "AWSStepFunctions" ? (JSON.parse(body.toString()) as Record<string, unknown>) : {};
    const own = versions.answer(operation ?? "", input);
    if (own !== undefined) {
      response.setHeader("content-type", "application/x-amz-json-1.0").end(JSON.stringify(own));
      return;
    }
    const answer = await fetch(`http://127.0.0.1:${motoPort}${request.url ?? "/"}`, {
      method: request.method ?? "GET",
      headers: headersOf(request),
      ...(body.length === 0 ? {} : { body }),
    });
    const text = Buffer.from(await answer.arrayBuffer());
    if (answer.ok && service === "AWSStepFunctions")
      versions.heard(operation ?? "", input, JSON.parse(text.toString()));
    answer.headers.forEach((value, name) => {
      if (!OWN_HEADERS.has(name)) response.setHeader(name, value);
    });
    response.writeHead(answer.status).end(text);
  };
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { close: () => server.close() };
}

/** Of the connection, or of an encoding that is undone by then. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "host",
  "keep-alive",
  "transfer-encoding",
]);

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !OWN_HEADERS.has(name))
      .map(([name, value]) => [name, String(value)]),
  );
}
