import { AwsError } from "../../../kernel/aws-error.ts";

/**
 * What DynamoDB answers when it throttles. Tables here are on demand, for which AWS's guide names ThrottlingException
 * (ProvisionedThroughputExceededException is for provisioned tables), with this text:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html and, word for word,
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html (ThrottlingError).
 */
export function throttledItems(): AwsError {
  return new AwsError("ThrottlingException", OVER_CAPACITY);
}

/** Operations on tables themselves are held to a rate of calls. */
export function throttledTables(): AwsError {
  return new AwsError("ThrottlingException", "Rate exceeded");
}

/** A batch of which nothing at all could be processed fails as a whole: API_BatchGetItem. */
export function throttledBatch(): AwsError {
  return throttledItems();
}

const OVER_CAPACITY =
  "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html.";
