import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { seededRandom, VirtualClock } from "@muster/core";
import { connect } from "../../../kernel/connect.ts";
import { calmCalls } from "../../../kernel/faults.ts";
import { Kernel, type Authorize } from "../../../kernel/kernel.ts";
import { Meter } from "../../../kernel/meter.ts";
import type { Caller } from "../../../kernel/service.ts";
import { createDynamoDb, type DynamoDb } from "../create-dynamodb.ts";
import type { DynamoDbDials } from "../dials.ts";

/** For tests: an embedded cloud with nothing but DynamoDB in virtual time, and a real SDK client for it. */
export interface TestCloud {
  readonly clock: VirtualClock;
  readonly db: DynamoDb;
  readonly client: DynamoDBClient;
  /** Awaits a call, moving time as far as it needs. */
  readonly run: <T>(work: Promise<T>) => Promise<T>;
  readonly advance: (ms: number) => Promise<void>;
  readonly now: () => number;
}

export const TEST_ACCOUNT = "123456789012";
export const TEST_REGION = "eu-west-1";

export function startTestCloud(
  options: {
    readonly dials?: Partial<DynamoDbDials>;
    readonly authorize?: Authorize;
    readonly caller?: Caller;
    readonly seed?: number;
  } = {},
): TestCloud {
  const clock = new VirtualClock({
    startAt: Date.UTC(2026, 0, 1),
    drain: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const random = seededRandom(options.seed ?? 1);
  const kernel = new Kernel({
    clock,
    random,
    // Time passes only when a test says so.
    faults: { ...calmCalls, latencyMs: { min: 0, max: 0 } },
    meter: new Meter(),
    authorize: options.authorize ?? (() => undefined),
  });
  const db = createDynamoDb(
    { clock, random, account: TEST_ACCOUNT, region: TEST_REGION, emit: () => undefined },
    { dials: options.dials ?? {} },
  );
  kernel.register(db);
  const caller = options.caller ?? { arn: `arn:aws:iam::${TEST_ACCOUNT}:user/tester`, isAccountUser: true };
  const client = connect(
    new DynamoDBClient({ region: TEST_REGION, credentials: { accessKeyId: "test", secretAccessKey: "test" } }),
    kernel,
    () => caller,
  );
  return {
    clock,
    db,
    client,
    run: (work) => clock.run(work),
    advance: (ms) => clock.advance(ms),
    now: () => clock.now(),
  };
}

/** What a call was refused with: the exception's name, and its message. */
export async function refusalOf(work: Promise<unknown>): Promise<{ name: string; message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return { name: error.name, message: error.message };
    throw error;
  }
  return { name: "none", message: "the call was not refused" };
}
