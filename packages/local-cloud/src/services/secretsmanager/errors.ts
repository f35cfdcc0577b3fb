import { AwsError } from "../../kernel/aws-error.ts";

// Texts as Secrets Manager answers them; none of them ever quotes a value.

export function secretNotFound(): AwsError {
  return new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

/** `what` is `staging label: AWSPREVIOUS` or `VersionId: ...`. */
export function valueNotFound(what: string): AwsError {
  return new AwsError("ResourceNotFoundException", `Secrets Manager can't find the specified secret value for ${what}`);
}

export function secretExists(name: string): AwsError {
  return new AwsError("ResourceExistsException", `The operation failed because the secret ${name} already exists.`);
}

export function tokenInUse(token: string, arn: string): AwsError {
  return new AwsError(
    "ResourceExistsException",
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`,
  );
}

export function nameIsBeingDeleted(): AwsError {
  return invalidRequest(
    "You can't create this secret because a secret with this name is already scheduled for deletion.",
  );
}

export function isBeingDeleted(): AwsError {
  return invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
}

export function invalidRequest(message: string): AwsError {
  return new AwsError("InvalidRequestException", message);
}

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
