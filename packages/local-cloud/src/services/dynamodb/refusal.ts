import { AwsError } from "../../kernel/aws-error.ts";

/**
 * A request that DynamoDB calls invalid, in its words. Where it happens decides what becomes of it: a plain
 * ValidationException, one in AWS's envelope, or the reason that cancels a transaction.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** What the caller of an operation sees of a refusal. */
export function toValidationException(refusal: Refusal): AwsError {
  return new AwsError("ValidationException", refusal.message);
}

/**
 * Checks of the request alone, before any table is looked at. PutItem, UpdateItem, DeleteItem and some of Query report
 * theirs in an envelope, the other operations do not (recorded on AWS in 2026: dynamodb-conformance by Paritysuite,
 * captures/cross-region-latest.json).
 */
export function inEnvelope<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof Refusal && !ENVELOPE.test(error.message)) {
      throw new Refusal(`1 validation error detected: ${error.message}`);
    }
    throw error;
  }
}

/** An operation, or one option of it, that the embedded DynamoDB does not have. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", `the embedded cloud does not have dynamodb:${what}`, { status: 501 });
}

const ENVELOPE = /^\d+ validation errors? detected/;
