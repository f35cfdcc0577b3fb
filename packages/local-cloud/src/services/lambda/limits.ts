// AWS Lambda quotas: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html

/** Payload of a synchronous request or answer, bytes. */
export const SYNC_PAYLOAD_BYTES_MAX = 6_291_456;
/** What AWS's text names for an answer: 100 bytes more than the limit on requests. */
export const SYNC_ANSWER_BYTES_MAX = 6_291_556;
/** Payload of an asynchronous request, bytes: 1 MB since October 2025 (256 KB before). API reference of Invoke. */
export const ASYNC_PAYLOAD_BYTES_MAX = 1_048_576;
/** Longest function timeout: 15 minutes. */
export const TIMEOUT_MS_MAX = 900_000;
/** Concurrent executions of an account in a region, unless raised (quota L-B99A9384). */
export const ACCOUNT_CONCURRENCY_DEFAULT = 1_000;
/** What reservations must leave to all other functions. */
export const UNRESERVED_CONCURRENCY_MIN = 100;

// Asynchronous invocation: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html

export const ASYNC_RETRIES_DEFAULT = 2;
/** Six hours. */
export const ASYNC_AGE_MS_MAX = 21_600_000;
/** A function error is tried again after one minute, then after two. */
export const ASYNC_RETRY_DELAYS_MS = [60_000, 120_000] as const;
/** A throttled event is tried again after one second, then twice as long each time, up to five minutes. */
export const ASYNC_THROTTLE_DELAY_MS_MIN = 1_000;
export const ASYNC_THROTTLE_DELAY_MS_MAX = 300_000;
/** Characters of the error that a dead-letter message carries. */
export const DEAD_LETTER_ERROR_LENGTH_MAX = 1_024;
/** Functions on one page of ListFunctions. */
export const LIST_FUNCTIONS_MAX = 50;
