import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allChapters } from "../../packages/local-cloud/src/services/dynamodb/testing/stories/all-chapters.ts";
import { Store, type Target } from "../../packages/local-cloud/src/services/dynamodb/testing/store.ts";
import type { Story } from "../../packages/local-cloud/src/services/dynamodb/testing/stories/story.ts";
import { startTestCloud } from "../../packages/local-cloud/src/services/dynamodb/testing/test-cloud.ts";

/**
 * One suite of stories, told to two stores through real SDK clients: the embedded DynamoDB, in process and in virtual
 * time, and dynalite 4, over HTTP on a loopback port. What both pass is what a program may lean on.
 */

interface NotTold {
  readonly reason: string;
  /** "<subject> <title>" of stories, or the subject of whole chapters. */
  readonly stories: readonly string[];
}

/** What dynalite 4 does not have. These stories are told to the embedded DynamoDB alone. */
const DYNALITE_LACKS: readonly NotTold[] = [
  {
    reason: "TransactWriteItems and TransactGetItems are unknown operations",
    stories: ["a transaction"],
  },
  {
    reason: "UpdateTimeToLive is an unknown operation; nothing ever expires",
    stories: ["a table loses items some time after their expiry"],
  },
  {
    reason: "UpdateContinuousBackups is an unknown operation",
    stories: ["a table remembers that it can be recovered to a point in time"],
  },
  {
    reason: "DeletionProtectionEnabled is ignored",
    stories: ["a table is not deleted while it is protected"],
  },
  {
    reason: "ReturnValuesOnConditionCheckFailure is ignored: the exception carries no item",
    stories: ["items come with the failure of their condition when asked for"],
  },
  {
    reason: "a table's ARN is refused as a TableName",
    stories: ["a table is found by its ARN too"],
  },
  {
    reason: "writes to indexes consume nothing",
    stories: ["capacity is consumed in the indexes that a write changes"],
  },
];

/**
 * Where dynalite 4 and the embedded DynamoDB disagree. Each was decided by what AWS documents, or by what was recorded
 * on AWS; the stories keep to what AWS does.
 */
const DYNALITE_DIFFERS: readonly NotTold[] = [
  {
    reason:
      "dynalite removes list elements one after the other, so that a second index means the shortened list; on AWS every index means the item before the update (scylladb, test/alternator/test_update_expression.py, verified on AWS)",
    stories: ["an update does what it says: REMOVE l[0], l[1]"],
  },
  {
    reason:
      "dynalite creates an item when an update with nothing but REMOVE meets none; AWS does nothing, as API_UpdateItem tells of DELETE on an item that is not there",
    stories: ["an update that only removes makes no item where there is none"],
  },
  {
    reason:
      "dynalite stores sums beyond 38 digits or 9.9E+125; AWS refuses them (HowItWorks.NamingRulesDataTypes: beyond these limits there is an exception)",
    stories: ["an update is refused, and changes nothing: SET n = n + :large"],
  },
  {
    reason:
      "dynalite compares lists and maps by identity, so that equal documents differ; on AWS = holds for equal values of every type (Expressions.OperatorsAndFunctions)",
    stories: ["a condition holds, for a write and for a filter: m = :v AND l = :w"],
  },
  {
    reason: "dynalite tells its own parser's words for a syntax error; AWS names the token, and what is near it",
    stories: [
      "an update is refused, and changes nothing: SET n = s,",
      "a condition is refused: n =",
      "a condition is refused: n == s",
    ],
  },
  {
    reason:
      "dynalite has the older text for a key condition that is none, without 'Invalid KeyConditionExpression: ' before it; AWS was seen with it in September 2026 (aws-amplify/amplify-category-api pull request 3531)",
    stories: [
      "a query is refused: pk = :v OR sk = :w",
      "a query is refused: pk = :v AND sk <> :w",
      "a query is refused: pk = :v AND sk > :v AND sk < :w",
    ],
  },
  {
    reason: "dynalite returns nothing for an attribute that an index does not hold; AWS refuses it (API_Query)",
    stories: ["an index does not show what it does not hold"],
  },
  {
    reason: "dynalite charges nothing for a query that finds nothing; AWS at least half a unit",
    stories: ["capacity is consumed even by a query that reads nothing"],
  },
];

const notTold = new Set([...DYNALITE_LACKS, ...DYNALITE_DIFFERS].flatMap(({ stories }) => stories));

interface Running extends Target {
  readonly stop: () => Promise<void>;
}

function startEmbedded(): Promise<Running> {
  const cloud = startTestCloud({ dials: { expiryDelayMs: { min: 60_000, max: 60_000 } } });
  return Promise.resolve({ ...cloud, stop: () => Promise.resolve() });
}

async function startDynalite(): Promise<Running> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({ endpoint, region: "eu-west-1", maxAttempts: 1, credentials });
  const stop = () =>
    new Promise<void>((resolve) => {
      client.destroy();
      server.close(() => resolve());
    });
  // Dynalite lives in real time; no story that it is told waits for anything.
  return { client, run: (work) => work, advance: () => Promise.resolve(), now: () => 0, stop };
}

describe.each([
  { name: "the embedded DynamoDB", start: startEmbedded, skips: new Set<string>() },
  { name: "dynalite", start: startDynalite, skips: notTold },
])("$name", ({ start, skips }) => {
  let target: Running;
  let store: Store;

  beforeAll(async () => {
    target = await start();
    store = await Store.open(target);
  });
  afterAll(() => target.stop());

  const expectStory = ({ tell }: Story) => tell(store);

  for (const { subject, stories } of allChapters) {
    for (const story of stories) {
      const isSkipped = skips.has(subject) || skips.has(`${subject} ${story.title}`);
      it.skipIf(isSkipped)(`${subject} ${story.title}`, () => expectStory(story));
    }
  }
});

describe("the list of what dynalite is not told", () => {
  it("names stories that there are", () => {
    const known = allChapters.flatMap(({ subject, stories }) => [
      subject,
      ...stories.map(({ title }) => `${subject} ${title}`),
    ]);
    expect(known).toEqual(expect.arrayContaining([...notTold]));
    expect(new Set(known).size).toBe(known.length);
  });
});
