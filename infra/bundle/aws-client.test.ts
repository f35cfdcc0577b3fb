import { AwsError } from "@muster/local-cloud";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { sdkImports } from "./testing/operations.ts";
import { pairOf, type Pair } from "./testing/pair.ts";
import { bundledTwins, type Constructor, type Twins } from "./testing/two-clients.ts";
import { wireTap, type WireTap } from "./testing/wire-tap.ts";

let tap: WireTap;
let twins: readonly Twins[];
beforeAll(async () => {
  [tap, twins] = await Promise.all([wireTap(), bundledTwins()]);
});
afterAll(() => tap.close());

function twinOf(packageName: string): Twins {
  const twin = twins.find((t) => t.packageName === packageName);
  if (twin === undefined) throw new Error(`no ${packageName}`);
  return twin;
}

function pair(packageName: string, command: string): Pair {
  return pairOf(twinOf(packageName), command, tap);
}

interface Sender {
  readonly send: (command: object) => Promise<unknown>;
}

const operations = sdkImports().flatMap(({ packageName, commands }) =>
  commands.map((command) => ({ packageName, command })),
);

describe("a bundle's client is the SDK's client", () => {
  it.each(operations)("in what it sends and reads: $command", async ({ packageName, command }) => {
    const { input, output, whole, bundled } = pair(packageName, command);
    await fc.assert(
      fc.asyncProperty(input, output, async ({ EndpointId: _, ...request }, answer) => {
        tap.answer = { output: answer };
        expect(await bundled(request)).toEqual(await whole(request));
      }),
      { numRuns: 20 },
    );
  });

  it.each(sdkImports())("in how it fails: $packageName", async ({ packageName, commands }) => {
    const { errors, whole, bundled } = pair(packageName, commands[0] ?? "");
    for (const error of errors) {
      tap.answer = { error };
      const { result } = await whole({});
      expect(result).toMatchObject({ failed: { means: { message: error.message } } });
      expect((await bundled({})).result).toEqual(result);
    }
  });

  it("in what it makes of a page that is no answer of the service", async () => {
    const { whole, bundled } = pair("@aws-sdk/client-dynamodb", "GetItemCommand");
    tap.answer = { status: 503, body: "<html>Service Unavailable</html>" };
    expect((await whole({})).result).toMatchObject({ failed: { status: 503, means: { kind: "transient" } } });
    expect((await bundled({})).result).toMatchObject({ failed: { status: 503, means: { kind: "transient" } } });
  });
});

describe("a bundle's client", () => {
  it("makes up an idempotency token where there is none", async () => {
    const { bundled } = pair("@aws-sdk/client-secrets-manager", "CreateSecretCommand");
    tap.answer = { output: {} };
    await bundled({ Name: "x" });
    const [first, second] = [tap.request().body, (await bundled({ Name: "x" }), tap.request().body)];
    expect(JSON.parse(first)).toEqual({ Name: "x", ClientRequestToken: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(second).not.toBe(first);
  });

  it("keeps what a modeled exception carries besides its message", async () => {
    const {
      TransactionCanceledException: Exception,
      TransactWriteItemsCommand: Command,
      DynamoDBClient: Client,
    } = twinOf("@aws-sdk/client-dynamodb").bundled;
    if (Exception === undefined || Command === undefined || Client === undefined) throw new Error("not bundled");
    const CancellationReasons = [{ Code: "None" }, { Code: "ConditionalCheckFailed", Item: { n: { N: "1" } } }];
    tap.answer = {
      error: new AwsError("TransactionCanceledException", "Cancelled.", { members: { CancellationReasons } }),
    };
    const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
    const client = new Client({ region: "eu-west-1", endpoint: tap.url, maxAttempts: 1, credentials });
    const error: unknown = await (client as Sender).send(new Command({})).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Exception);
    expect(error).toMatchObject({ name: "TransactionCanceledException", CancellationReasons });
  });

  it("takes credentials and the trace from what Lambda has put into the environment", async () => {
    const { DynamoDBClient: Client, GetItemCommand: Command } = twinOf("@aws-sdk/client-dynamodb").bundled;
    if (Client === undefined || Command === undefined) throw new Error("not bundled");
    const client = new Client({ region: "eu-west-1", endpoint: tap.url, maxAttempts: 1 }) as Sender;
    tap.answer = { output: {} };
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    await expect(client.send(new Command({}))).rejects.toThrow("AWS_ACCESS_KEY_ID");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "ASIAENVIRONMENT");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    vi.stubEnv("AWS_SESSION_TOKEN", "session");
    vi.stubEnv("_X_AMZN_TRACE_ID", "Root=1-5759e988");
    await client.send(new Command({}));
    vi.unstubAllEnvs();
    expect(tap.request().headers).toMatchObject({
      authorization: expect.stringContaining("Credential=ASIAENVIRONMENT/"),
      "x-amz-security-token": "session",
      "x-amzn-trace-id": "Root=1-5759e988",
    });
  });

  it("repeats nothing, and refuses to be told to", () => {
    const { EC2Client: Client } = twinOf("@aws-sdk/client-ec2").bundled;
    expect(() => new (Client as Constructor)({ region: "eu-west-1", maxAttempts: 3 })).toThrow("maxAttempts must be 1");
  });

  it("refuses an input that would have to be sent elsewhere", async () => {
    const { bundled } = pair("@aws-sdk/client-eventbridge", "PutEventsCommand");
    await expect(bundled({ EndpointId: "abcde.veo" })).rejects.toThrow("EndpointId of PutEvents chooses an endpoint");
  });
});
