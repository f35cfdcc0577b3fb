// EventBridge quotas: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html and the API's own model.

/** Rules per event bus (quota L-244521F2). */
export const RULES_MAX = 300;
/** Targets per rule, unless raised. */
export const TARGETS_PER_RULE_MAX = 5;
/** Targets in one PutTargets or RemoveTargets. */
export const TARGET_ENTRIES_MAX = 100;
/** Entries in one PutEvents. */
export const EVENT_ENTRIES_MAX = 10;
/** Bytes of all entries of one PutEvents together. */
export const EVENT_ENTRIES_BYTES_MAX = 262_144;
/** Characters of a pattern: by quota L-664C5505, and by the API's type. */
export const PATTERN_LENGTH_QUOTA = 2_048;
export const PATTERN_LENGTH_MAX = 4_096;
export const TARGET_INPUT_LENGTH_MAX = 8_192;
/** Variables of an input transformer. */
export const TRANSFORMER_PATHS_MAX = 100;
export const PAGE_SIZE_MAX = 100;
export const TAGS_MAX = 50;
