/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html and the API reference, unless said. */

/** Bytes of a definition, as UTF-8. */
export const MAX_DEFINITION_BYTES = 1_048_576;
/** Characters of the name of a machine or an execution. */
export const MAX_NAME_LENGTH = 80;
/** Characters of an ARN of a machine or an execution, as the API takes it. */
export const MAX_ARN_LENGTH = 256;
/** Characters of a task token, as the API takes it. */
export const MAX_TOKEN_LENGTH = 2048;
/** How long the name of a closed execution stays taken. */
export const NAME_TAKEN_MS = 90 * 86_400_000;
/** Items of one page. */
export const MAX_PAGE_SIZE = 1000;
/** Items of one page when the caller names no number, or 0. */
export const DEFAULT_PAGE_SIZE = 100;
/** Versions of one machine. */
export const MAX_VERSIONS = 1000;
/** Aliases of one machine. */
export const MAX_ALIASES = 100;
/** Tags of one resource. */
export const MAX_TAGS = 50;
/** Diagnostics that ValidateStateMachineDefinition answers at most. */
export const MAX_DIAGNOSTICS = 100;
/**
 * Bytes of input and output together, escaped, above which a status event leaves the input out, or the output.
 * https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export const MAX_EVENT_DATA_BYTES = 248 * 1024;
