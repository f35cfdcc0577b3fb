// AWS Secrets Manager quotas: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html

/** Bytes of a value. */
export const VALUE_BYTES_MAX = 65_536;
export const NAME_LENGTH_MAX = 512;
export const TOKEN_LENGTH_MIN = 32;
export const TOKEN_LENGTH_MAX = 64;
/** Days until a deleted secret is gone. */
export const RECOVERY_DAYS_MIN = 7;
export const RECOVERY_DAYS_MAX = 30;
export const RECOVERY_DAYS_DEFAULT = 30;
/** Staging labels of one version. */
export const STAGES_MAX = 20;
export const TAGS_MAX = 50;
export const PAGE_SIZE_MAX = 100;
export const PASSWORD_LENGTH_DEFAULT = 32;
export const PASSWORD_LENGTH_MAX = 4_096;
