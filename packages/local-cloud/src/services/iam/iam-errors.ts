import { AwsError } from "../../kernel/aws-error.ts";

// Codes are the names of the SDK's exceptions; the wire turns them into IAM's own, such as NoSuchEntity.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and the errors of each operation.

export function noSuchEntity(message: string): AwsError {
  return new AwsError("NoSuchEntityException", message, { status: 404 });
}

export function alreadyExists(message: string): AwsError {
  return new AwsError("EntityAlreadyExistsException", message, { status: 409 });
}

export function deleteConflict(message: string): AwsError {
  return new AwsError("DeleteConflictException", message, { status: 409 });
}

export function limitExceeded(message: string): AwsError {
  return new AwsError("LimitExceededException", message, { status: 409 });
}

export function malformedPolicy(message: string): AwsError {
  return new AwsError("MalformedPolicyDocumentException", message, { status: 400 });
}

/** A parameter that breaks a constraint of the model, in the words of AWS's validator. */
export function invalidParameter(value: string, member: string, constraint: string): AwsError {
  return new AwsError(
    "ValidationError",
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** Something that AWS would act on and this IAM does not have. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", `the embedded IAM does not have ${what}`, { status: 501 });
}
