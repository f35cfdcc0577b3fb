import { AwsError } from "../../../kernel/aws-error.ts";
import { AnswerLostError } from "../../../kernel/kernel.ts";

/** Why a target could not be reached. */
export interface TargetFailure {
  /** The target's own error code, such as `ResourceNotFoundException`. */
  readonly code: string;
  readonly message: string;
  /** EventBridge's word for it, as its dead-letter messages carry it. */
  readonly kind: FailureKind;
  /** Missing permissions and missing targets are not tried again; they go straight to the dead-letter queue. */
  readonly isRetriable: boolean;
}

/**
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html names the first five as
 * samples; the other two are general knowledge.
 */
export type FailureKind =
  | "NO_PERMISSIONS"
  | "NO_RESOURCE"
  | "RESOURCE_ALREADY_EXISTS"
  | "THROTTLING"
  | "TIMEOUT"
  | "SDK_CLIENT_ERROR"
  | "INTERNAL_ERROR";

/** Reads what a call of a target threw; rethrows what is no answer of AWS's, as that is a bug of ours. */
export function targetFailure(error: unknown): TargetFailure {
  if (error instanceof AnswerLostError)
    return { code: error.name, message: error.message, kind: "TIMEOUT", isRetriable: true };
  if (!(error instanceof AwsError)) throw error;
  const kind = kindOf(error);
  return {
    code: error.code,
    message: error.message,
    kind,
    isRetriable: kind === "THROTTLING" || kind === "INTERNAL_ERROR",
  };
}

function kindOf({ code, status }: AwsError): FailureKind {
  if (/AccessDenied|NotAuthorized/.test(code)) return "NO_PERMISSIONS";
  if (/NotFound|DoesNotExist|NonExistent/.test(code)) return "NO_RESOURCE";
  if (/AlreadyExists/.test(code)) return "RESOURCE_ALREADY_EXISTS";
  if (/Throttl|TooManyRequests|LimitExceeded|RateExceeded/.test(code)) return "THROTTLING";
  return status >= 500 && code !== "NotImplemented" ? "INTERNAL_ERROR" : "SDK_CLIENT_ERROR";
}
