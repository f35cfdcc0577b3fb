import {
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type DynamoDBClient,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import { randomHex } from "@muster/core";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";

/** How a transaction ended. */
export interface Transacted {
  /** It was cancelled because a condition did not hold, and will not by itself: AWS's error. Undefined: it is written. */
  readonly failedCondition?: TransactionCanceledException;
}

/**
 * Writes all of these items or none. One token for all attempts: an attempt whose answer was lost has written, and the
 * next is then told so instead of failing the conditions that the first one changed.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html, ClientRequestToken
 * @throws what AWS says, when it is none of the conditions; AwsUnavailable when it goes on being throttled or in conflict
 */
export async function transact(
  aws: { readonly runtime: AwsRuntime; readonly client: DynamoDBClient },
  TransactItems: TransactWriteItem[],
): Promise<Transacted> {
  const ClientRequestToken = randomHex(aws.runtime.random, TOKEN_CHARACTERS);
  return call(aws.runtime, "dynamodb:TransactWriteItems", async () => {
    try {
      await aws.client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
      return {};
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = reasonsOf(error);
      if (reasons.has("ConditionalCheckFailed")) return { failedCondition: error };
      throw reasons.size > 0 && [...reasons].every((code) => PASSING.has(code)) ? passing(reasons, error) : error;
    }
  });
}

/** DynamoDB takes 36; each digit is four random bits. */
const TOKEN_CHARACTERS = 32;

/** Reasons that are over in a moment: another write met one of the items, or DynamoDB throttles. */
const PASSING: ReadonlySet<string> = new Set([
  "ProvisionedThroughputExceeded",
  "ThrottlingError",
  "TransactionConflict",
]);

function reasonsOf(error: TransactionCanceledException): Set<string> {
  const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? "None");
  return new Set(codes.filter((code) => code !== "None"));
}

/** As one of DynamoDB's own errors, so that it is repeated like a single write that met another. */
function passing(reasons: ReadonlySet<string>, cause: unknown): Error {
  return Object.assign(new Error(`transaction cancelled: ${[...reasons].join(", ")}`, { cause }), {
    name: "TransactionConflictException",
  });
}
