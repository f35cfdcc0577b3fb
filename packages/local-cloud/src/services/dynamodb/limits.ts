/**
 * What DynamoDB sets a bound to. Source, where none is given:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */

/** UTF-8 bytes of a partition key. */
export const MAX_PARTITION_KEY_BYTES = 2048;
/** UTF-8 bytes of a sort key. */
export const MAX_SORT_KEY_BYTES = 1024;
/** Bytes of the items that one Query or Scan reads before it stops. */
export const MAX_PAGE_BYTES = 1024 * 1024;
/** Requests in one BatchWriteItem. */
export const MAX_BATCH_WRITES = 25;
/** Keys in one BatchGetItem. */
export const MAX_BATCH_KEYS = 100;
/** Bytes of the items that one BatchGetItem returns; what is beyond comes back unprocessed. */
export const MAX_BATCH_GET_BYTES = 16 * 1024 * 1024;
/** Actions in one transaction. */
export const MAX_TRANSACTION_ACTIONS = 100;
/** Bytes of the items in one transaction. */
export const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;
/** How long a transaction's token is remembered, ms. API_TransactWriteItems: ten minutes. */
export const TOKEN_LIFE_MS = 10 * 60 * 1000;
/** Characters of a transaction's token. */
export const MAX_TOKEN_LENGTH = 36;
/** Bytes of one expression, as it is written. */
export const MAX_EXPRESSION_BYTES = 4096;
/** Operators in one expression. */
export const MAX_OPERATORS = 300;
/** Operands of one IN. */
export const MAX_IN_OPERANDS = 100;
/** Characters of the name of a table or index. */
export const MIN_NAME_LENGTH = 3;
export const MAX_NAME_LENGTH = 255;
/** Global secondary indexes of a table (the default quota). */
export const MAX_INDEXES = 20;
/** Attributes named in the projections of all indexes of a table together. */
export const MAX_PROJECTED_ATTRIBUTES = 100;
/** Tables that ListTables names at once. */
export const MAX_LISTED_TABLES = 100;
/** Parallel segments of a Scan. API_Scan. */
export const MAX_SEGMENTS = 1_000_000;
/** Tags of a table. */
export const MAX_TAGS = 50;
/** Characters of a tag's key, and of its value. */
export const MAX_TAG_KEY_LENGTH = 128;
export const MAX_TAG_VALUE_LENGTH = 256;
/** How long after a change of time to live the next one is refused, ms. API_UpdateTimeToLive: one hour. */
export const TTL_CHANGE_INTERVAL_MS = 3_600_000;
/** How often ItemCount and TableSizeBytes are brought up to date. API_TableDescription: about six hours. */
export const ITEM_COUNT_INTERVAL_MS = 6 * 3_600_000;
/** How far back point-in-time recovery reaches, days; and how close to now, ms (PointInTimeRecoveryDescription: typically five minutes). */
export const DEFAULT_RECOVERY_DAYS = 35;
export const MIN_RECOVERY_LAG_MS = 5 * 60 * 1000;
