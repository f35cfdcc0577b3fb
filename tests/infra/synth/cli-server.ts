import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Recording } from "./recording.ts";

/** Stands in for the CLI's own JSON-RPC server, which SST's components call while the program runs. */
export interface CliServer {
  readonly url: string;
  readonly bundles: Recording["bundles"];
  readonly close: () => void;
}

export async function startCliServer(account: string): Promise<CliServer> {
  const bundles: Record<string, string> = {};
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
        const built = build(request);
        bundles[request.functionID] = built.out;
        return built;
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

/** What SST's components ask for when they need a function's code. */
interface BuildRequest {
  readonly functionID: string;
  readonly bundle?: string;
  /** `handler.handler`: file and export. */
  readonly handler: string;
}

/** Of code that is bundled already the CLI makes nothing but a file for links (pkg/runtime/runtime.go of anomalyco/sst). */
function build({ functionID, bundle, handler }: BuildRequest) {
  if (bundle === undefined) throw new Error(`${functionID} is left to SST to bundle: infra/bundle does that`);
  const file = join(bundle, `${handler.split(".")[0]}.mjs`);
  if (!existsSync(file)) throw new Error(`${functionID}: there is no ${file}`);
  writeFileSync(join(bundle, "resource.enc"), "");
  return { handler, out: bundle, errors: [], sourcemaps: [] };
}

async function answer(request: IncomingMessage, perform: (method: string, input: unknown) => Promise<unknown>) {
  try {
    const { method, params } = (await json(request)) as { method: string; params: readonly unknown[] };
    return { result: await perform(method, params[0]) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
