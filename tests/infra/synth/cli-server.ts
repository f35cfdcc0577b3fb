import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { buildHandler, type BuildRequest } from "./build-handler.ts";
import type { Recording } from "./recording.ts";

/** Stands in for the CLI's own JSON-RPC server, which SST's components call while the program runs. */
export interface CliServer {
  readonly url: string;
  readonly bundles: Recording["bundles"];
  readonly close: () => void;
}

export async function startCliServer(where: { root: string; work: string }, account: string): Promise<CliServer> {
  const bundles: Record<string, { folder: string; bytes: number }> = {};
  const perform = async (method: string, input: unknown): Promise<unknown> => {
    switch (method) {
      case "Provider.Aws.Bootstrap":
        // What `sst deploy` makes once in an account.
        return {
          asset: "sst-asset-recorded",
          state: "sst-state-recorded",
          assetEcrRegistryId: account,
          assetEcrUrl: "",
          appsyncHttp: "",
          appsyncRealtime: "",
        };
      case "Runtime.Build": {
        const request = input as BuildRequest;
        const { bytes, ...answer } = await buildHandler(where, request);
        bundles[request.functionID] = { folder: answer.out, bytes };
        return answer;
      }
      default:
        throw new Error(`the program calls ${method} of SST's CLI, which has no stand-in`);
    }
  };
  const server = createServer((request, response) => {
    void answer(request, perform).then((body) => response.end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, bundles, close: () => server.close() };
}

async function answer(request: IncomingMessage, perform: (method: string, input: unknown) => Promise<unknown>) {
  try {
    const { method, params } = (await json(request)) as { method: string; params: readonly unknown[] };
    return { result: await perform(method, params[0]) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
