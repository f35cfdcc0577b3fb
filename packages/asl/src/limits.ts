/**
 * Quotas of Standard workflows and of the language, with AWS's own numbers.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html unless said.
 */

/** Input or output of a state, a task or an execution, and each Assign: bytes as UTF-8. */
export const MAX_PAYLOAD_BYTES = 262_144;
/** All variables of one execution together: bytes as UTF-8. */
export const MAX_VARIABLES_BYTES = 10_485_760;
/** Events of one history; the last one is the failure. */
export const MAX_HISTORY_EVENTS = 25_000;
/** Iterations of an inline Map that run at once when MaxConcurrency is 0 or absent. */
export const MAX_INLINE_CONCURRENCY = 40;
/** Characters of a state's name. */
export const MAX_STATE_NAME_LENGTH = 80;
/** Characters of a variable's name. */
export const MAX_VARIABLE_NAME_LENGTH = 80;
/** Characters of an error name, as StopExecution and SendTaskFailure take it. */
export const MAX_ERROR_LENGTH = 256;
/** Characters of a cause, as StopExecution and SendTaskFailure take it. */
export const MAX_CAUSE_LENGTH = 32_768;
/** Seconds that Wait, TimeoutSeconds and HeartbeatSeconds may name; also a task's timeout when it names none. */
export const MAX_SECONDS = 99_999_999;
/** Seconds of a retrier's MaxDelaySeconds (366 days). Amazon States Language, Retriers. */
export const MAX_RETRY_DELAY_SECONDS = 31_622_400;
/** Retries that a retrier may ask for. Amazon States Language, Retriers. */
export const MAX_RETRY_ATTEMPTS = 99_999_999;

/** Levels that one expression may nest; AWS refuses one more (measured with TestState, floci-io/floci#2783). */
export const MAX_EXPRESSION_DEPTH = 100;
/** Elements of one sequence: AWS evaluates `[1..873782]` and refuses one more (floci-io/floci#2783). */
export const MAX_SEQUENCE_LENGTH = 873_782;
/** Elements that `$range` makes: AWS refuses one more (floci-io/floci#2790). */
export const MAX_RANGE_LENGTH = 360_145;
/** Compiled expressions that are kept for other machines that use the same text. Ours. */
export const MAX_CACHED_EXPRESSIONS = 20_000;
