import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { endpointOf } from "./client/endpoint.ts";
import { factsOf } from "./service-facts.ts";
import { sdkImports } from "./testing/operations.ts";

interface Partitions {
  readonly partitionsInfo: { readonly partitions: readonly { readonly regions: Readonly<Record<string, unknown>> }[] };
}

/** Every region that the SDK's own list has; the pseudo-regions of global services are none. */
async function everyRegion(): Promise<string[]> {
  const core = dirname(createRequire(import.meta.url).resolve("@aws-sdk/core/package.json"));
  const list = join(core, "dist-es/submodules/client/util-endpoints/lib/aws/partitions.js");
  const { partitionsInfo } = (await import(/* @vite-ignore */ pathToFileURL(list).href)) as Partitions;
  return partitionsInfo.partitions
    .flatMap(({ regions }) => Object.keys(regions))
    .filter((name) => !name.endsWith("-global"));
}

let regions: readonly string[];
beforeAll(async () => {
  regions = await everyRegion();
});

describe("where a service is", () => {
  it.each(sdkImports())("is where AWS's rules say, in every region: $client", async ({ packageName, client }) => {
    expect(regions.length).toBeGreaterThan(30);
    const facts = await factsOf(packageName, client);
    const sdk = (await import(packageName)) as Readonly<Record<string, ClientClass>>;
    const Client = sdk[client];
    if (Client === undefined) throw new Error(`no ${client}`);
    const { endpointProvider } = new Client({ region: "us-east-1" }).config;
    for (const region of regions) {
      const { url, properties } = endpointProvider({ Region: region, UseFIPS: false, UseDualStack: false });
      const signingRegion = properties?.authSchemes?.[0]?.signingRegion ?? region;
      expect(endpointOf(facts, region, {})).toEqual({ url, signingRegion });
    }
  });

  const facts = {
    serviceId: "Secrets Manager",
    signingName: "s",
    endpoints: [{ regions: "", host: "s.{region}.aws" }],
  };

  it("is elsewhere when the environment says so, for all services or for one", () => {
    const all = { AWS_ENDPOINT_URL: "http://localhost:1" };
    expect(endpointOf(facts, "r", all).url.href).toBe("http://localhost:1/");
    const one = { ...all, AWS_ENDPOINT_URL_SECRETS_MANAGER: "http://localhost:2" };
    expect(endpointOf(facts, "r", one).url.href).toBe("http://localhost:2/");
  });

  it.each(["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])(
    "is refused where %s asks for another kind",
    (name) => {
      expect(() => endpointOf(facts, "r", { [name]: "true" })).toThrow(name);
    },
  );
});

describe("a service that bundles cannot speak to", () => {
  it.each([
    ["@aws-sdk/client-lambda", "LambdaClient", "speaks restJson1"],
    ["@aws-sdk/client-sqs", "SQSClient", "tells its errors in two ways"],
  ])("is refused when a function is bundled: %s", async (packageName, client, message) => {
    await expect(factsOf(packageName, client)).rejects.toThrow(message);
  });
});

type ClientClass = new (config: object) => {
  readonly config: {
    readonly endpointProvider: (parameters: object) => {
      readonly url: URL;
      readonly properties?: { readonly authSchemes?: readonly { readonly signingRegion?: string }[] };
    };
  };
};
