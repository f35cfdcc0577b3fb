// Amazon SQS quotas: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
// and the API reference of SDK 3.1169.

/** Bytes of one message with its attributes, and of all messages of one batch: 1 MiB since August 2025. */
export const MESSAGE_BYTES_MAX = 1_048_576;
/** Smallest `MaximumMessageSize`, bytes. */
export const MESSAGE_BYTES_LIMIT_MIN = 1_024;
export const MESSAGE_ATTRIBUTES_MAX = 10;
export const BATCH_ENTRIES_MAX = 10;
/** Messages that one ReceiveMessage may ask for. */
export const RECEIVE_MESSAGES_MAX = 10;
/** Long poll, seconds. */
export const WAIT_SECONDS_MAX = 20;
/** 12 hours. */
export const VISIBILITY_TIMEOUT_SECONDS_MAX = 43_200;
export const VISIBILITY_TIMEOUT_SECONDS_DEFAULT = 30;
/** 15 minutes. */
export const DELAY_SECONDS_MAX = 900;
/** One minute to 14 days; 4 days when nothing is said. */
export const RETENTION_SECONDS_MIN = 60;
export const RETENTION_SECONDS_MAX = 1_209_600;
export const RETENTION_SECONDS_DEFAULT = 345_600;
/** Messages that were received and are neither deleted nor visible again, in a standard queue. */
export const IN_FLIGHT_MESSAGES_MAX = 120_000;
/** Time between two PurgeQueue calls, ms. */
export const PURGE_INTERVAL_MS = 60_000;
/** Queues that one ListQueues answers. */
export const LIST_QUEUES_MAX = 1_000;
