import { DynamoDBClient, CreateTableCommand, type AttributeValue } from "@aws-sdk/client-dynamodb";
import { seededRandom, VirtualClock, type ClusterStore } from "@muster/core";
import { buildManifest } from "@muster/manifest";
import { NOW } from "@muster/testing";
import dynalite from "dynalite";
import { clusterStore } from "../../../packages/aws/src/dynamodb/cluster-store.ts";
import { connect } from "../../../packages/local-cloud/src/kernel/connect.ts";
import { calmCalls, type CallFaults } from "../../../packages/local-cloud/src/kernel/faults.ts";
import { Kernel } from "../../../packages/local-cloud/src/kernel/kernel.ts";
import { Meter } from "../../../packages/local-cloud/src/kernel/meter.ts";
import type { Caller } from "../../../packages/local-cloud/src/kernel/service.ts";
import { tableInput } from "../../../packages/local-cloud/src/load-table.ts";
import { createDynamoDb, type DynamoDb } from "../../../packages/local-cloud/src/services/dynamodb/create-dynamodb.ts";

/** A DynamoDB with Muster's table, empty, and stores on it. */
export interface StoreWorld {
  /** Another store on the same table, as another function has one. */
  readonly store: () => ClusterStore;
  /** Awaits work, moving time as far as it needs. */
  readonly run: <T>(work: Promise<T>) => Promise<T>;
  readonly advance: (ms: number) => Promise<void>;
  readonly now: () => number;
  readonly client: DynamoDBClient;
  readonly table: string;
  /** The attribute in which DynamoDB is told to look for the end of an item. */
  readonly ttlAttribute: string;
  readonly stop: () => Promise<void>;
}

/** The embedded one: in virtual time, and with a look behind it. */
export interface EmbeddedWorld extends StoreWorld {
  readonly faults: CallFaults;
  readonly db: DynamoDb;
  readonly meter: Meter;
  /** Every item of the table, as stored. */
  readonly items: () => readonly Readonly<Record<string, AttributeValue>>[];
}

const place = { stage: "contract", region: "eu-west-1", account: "123456789012" };
const { table } = buildManifest(place, []);

export async function embeddedWorld(): Promise<EmbeddedWorld> {
  const clock = new VirtualClock({ startAt: NOW, drain: () => new Promise((resolve) => setImmediate(resolve)) });
  const random = seededRandom(1);
  const faults: CallFaults = { ...calmCalls };
  const meter = new Meter();
  const kernel = new Kernel({ clock, random, faults, meter, authorize: () => undefined });
  const dials = { createTableMs: { min: 0, max: 0 } };
  const { account, region } = place;
  const db = createDynamoDb({ clock, random, account, region, emit: () => undefined }, { dials });
  kernel.register(db);
  const caller: Caller = { arn: `arn:aws:iam::${account}:role/contract`, isAccountUser: false };
  const newClient = () => connect(new DynamoDBClient(clientConfig), kernel, () => caller);
  const client = newClient();
  const run = <T>(work: Promise<T>) => clock.run(work, PATIENCE_MS);
  await run(client.send(new CreateTableCommand(tableInput(table))));
  let stores = 0;
  return {
    store: () => {
      const seed = ++stores;
      const own = newClient();
      return clusterStore({ clock, random: seededRandom(seed), region, client: <C>() => own as C }, table.name);
    },
    run,
    advance: (ms) => clock.advance(ms),
    now: () => clock.now(),
    client,
    table: table.name,
    ttlAttribute: table.ttlAttribute,
    stop: () => Promise.resolve(),
    faults,
    db,
    meter,
    items: () => db.admin.items(table.name) as readonly Readonly<Record<string, AttributeValue>>[],
  };
}

/** Dynalite lives in real time; the clock that the stores are given only says what time it is. */
export async function dynaliteWorld(): Promise<StoreWorld> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const client = new DynamoDBClient({ ...clientConfig, endpoint: `http://127.0.0.1:${port}` });
  await client.send(new CreateTableCommand(tableInput(table)));
  const clock = new VirtualClock({ startAt: NOW, drain: () => Promise.resolve() });
  let stores = 0;
  return {
    store: () => {
      const random = seededRandom(++stores);
      return clusterStore({ clock, random, region: place.region, client: <C>() => client as C }, table.name);
    },
    run: (work) => work,
    advance: (ms) => clock.advance(ms),
    now: () => clock.now(),
    client,
    table: table.name,
    ttlAttribute: table.ttlAttribute,
    stop: () =>
      new Promise<void>((resolve) => {
        client.destroy();
        server.close(() => resolve());
      }),
  };
}

const clientConfig = {
  region: place.region,
  maxAttempts: 1,
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
};

/** No behaviour of the store takes longer than this, in its own time; what does hangs. */
const PATIENCE_MS = 10 * 60_000;
