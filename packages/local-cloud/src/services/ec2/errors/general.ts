import { AwsError } from "../../../kernel/aws-error.ts";
import type { AccessRequest, Call } from "../../../kernel/service.ts";
import { denialMessage } from "../../iam/denial.ts";

// Codes from "Error codes for the Amazon EC2 API"
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html); texts as AWS answers them where they have
// been seen in public, otherwise in AWS's manner and marked so.

/** A dry run that would have worked is answered with an error. */
export function dryRunOperation(): AwsError {
  return new AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", { status: 412 });
}

export function invalidParameterValue(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}

export function invalidParameterCombination(message: string): AwsError {
  return new AwsError("InvalidParameterCombination", message);
}

export function missingParameter(name: string): AwsError {
  return new AwsError("MissingParameter", `The request must contain the parameter ${name}`);
}

/** The newer text names the account, the action and which of the two buckets ran dry. */
export function requestLimitExceeded(options: {
  account: string;
  operation: string;
  bucket: "request" | "resource";
}): AwsError {
  return new AwsError(
    "RequestLimitExceeded",
    `Request limit exceeded. Account ${options.account} has been throttled on ec2:${options.operation} ` +
      `because it exceeded its ${options.bucket} rate limit.`,
    { status: 503 },
  );
}

/** The older text, answered when the kernel's dial throttles a call. */
export function throttled(): AwsError {
  return new AwsError("RequestLimitExceeded", "Request limit exceeded.", { status: 503 });
}

/** `blob` stands for the encoded message, which only sts:DecodeAuthorizationMessage can read. */
export function unauthorizedOperation(request: AccessRequest, call: Call, blob: string): AwsError {
  return new AwsError(
    "UnauthorizedOperation",
    `You are not authorized to perform this operation. ${denialMessage(request, call)}. ` +
      `Encoded authorization failure message: ${blob}`,
    { status: 403 },
  );
}

/** One answer for one id, another for several: one pair of quotes around all of them. */
export function instanceNotFound(ids: readonly string[]): AwsError {
  const text = ids.join(", ");
  return new AwsError(
    "InvalidInstanceID.NotFound",
    ids.length === 1 ? `The instance ID '${text}' does not exist` : `The instance IDs '${text}' do not exist`,
  );
}

export function idempotentParameterMismatch(): AwsError {
  return new AwsError(
    "IdempotentParameterMismatch",
    "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
  );
}

/** The end of the text is not public; AWS's first sentence and the advice are. */
export function idempotentInstanceTerminated(): AwsError {
  return new AwsError(
    "IdempotentInstanceTerminated",
    "The client token you have provided is associated with a terminated instance. Please use a different client token.",
  );
}

export function internalError(message: string): AwsError {
  return new AwsError("InternalError", message, { status: 500 });
}
