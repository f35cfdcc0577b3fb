import { AwsError } from "../../kernel/aws-error.ts";
import { BATCH_ENTRIES_MAX, MESSAGE_BYTES_MAX, PURGE_INTERVAL_MS } from "./limits.ts";

// Codes as the JSON protocol names them; texts as AWS answers them. SQS API reference, "Errors" of each operation.

export function queueDoesNotExist(): AwsError {
  return new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
}

export function queueNameExists(attribute: string): AwsError {
  return new AwsError(
    "QueueNameExists",
    `A queue already exists with the same name and a different value for attribute ${attribute}`,
  );
}

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}

/** A number outside its range, in the words that all of SQS's numbers share. */
export function outOfRange(parameter: string, value: number, range: { min: number; max: number }): AwsError {
  return invalidParameter(
    `Value ${value} for parameter ${parameter} is invalid. Reason: Must be >= ${range.min} and <= ${range.max}, if provided.`,
  );
}

export function missingParameter(parameter: string): AwsError {
  return new AwsError("MissingParameter", `The request must contain the parameter ${parameter}.`);
}

export function invalidAttributeName(name: string): AwsError {
  return new AwsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
}

export function invalidAttributeValue(name: string): AwsError {
  return new AwsError("InvalidAttributeValue", `Invalid value for the parameter ${name}.`);
}

export function messageTooLong(limit: number): AwsError {
  return invalidParameter(`One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`);
}

export function invalidReceiptHandle(handle: string): AwsError {
  return new AwsError("ReceiptHandleIsInvalid", `The input receipt handle "${handle}" is not a valid receipt handle.`);
}

export function emptyBatch(entry: string): AwsError {
  return new AwsError("EmptyBatchRequest", `There should be at least one ${entry} in the request.`);
}

export function tooManyEntries(sent: number): AwsError {
  return new AwsError(
    "TooManyEntriesInBatchRequest",
    `Maximum number of entries per request are ${BATCH_ENTRIES_MAX}. You have sent ${sent}.`,
  );
}

export function repeatedEntryId(id: string): AwsError {
  return new AwsError("BatchEntryIdsNotDistinct", `Id ${id} repeated.`);
}

export function invalidEntryId(): AwsError {
  return new AwsError(
    "InvalidBatchEntryId",
    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
  );
}

export function batchTooLong(bytes: number): AwsError {
  return new AwsError(
    "BatchRequestTooLong",
    `Batch requests cannot be longer than ${MESSAGE_BYTES_MAX} bytes. You have sent ${bytes} bytes.`,
  );
}

export function overLimit(): AwsError {
  return new AwsError("OverLimit", "The specified action violates a limit: too many messages are in flight.", {
    status: 403,
  });
}

export function purgeInProgress(queueName: string): AwsError {
  return new AwsError(
    "PurgeQueueInProgress",
    `Only one PurgeQueue operation on ${queueName} is allowed every ${PURGE_INTERVAL_MS / 1000} seconds.`,
    { status: 403 },
  );
}
