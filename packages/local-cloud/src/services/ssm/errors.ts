import { AwsError } from "../../kernel/aws-error.ts";
import type { AccessRequest, Call } from "../../kernel/service.ts";
import { denialMessage } from "../iam/denial.ts";

// Codes are the modeled exceptions of Systems Manager
// (https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html and each action's page). Texts are
// AWS's own where they have been seen in public; several of these exceptions carry none, which is said where they are made.

/** Explicit nodes are all valid, or none gets the command. */
export function invalidInstanceId(ids: readonly string[], account: string): AwsError {
  return new AwsError(
    "InvalidInstanceId",
    `Instances [[${ids.join(", ")}]] not in a valid state for account ${account}`,
  );
}

export function invalidDocument(message: string): AwsError {
  return new AwsError("InvalidDocument", message);
}

export function documentNotFound(name: string): AwsError {
  return invalidDocument(`Document with name ${name} does not exist.`);
}

export function invalidDocumentVersion(): AwsError {
  return new AwsError("InvalidDocumentVersion", "The specified document version is not valid or does not exist.");
}

export function invalidDocumentContent(message: string): AwsError {
  return new AwsError("InvalidDocumentContent", message);
}

export function maxDocumentSizeExceeded(): AwsError {
  return new AwsError("MaxDocumentSizeExceeded", "The document size exceeds the limit of 64 KB.");
}

export function invalidParameters(message: string): AwsError {
  return new AwsError("InvalidParameters", message);
}

/** Answered without a text, also for a command that has just been sent. */
export function invocationDoesNotExist(): AwsError {
  return new AwsError("InvocationDoesNotExist", "");
}

/** Answered without a text. */
export function invalidCommandId(): AwsError {
  return new AwsError("InvalidCommandId", "");
}

/** Answered without a text. */
export function parameterNotFound(): AwsError {
  return new AwsError("ParameterNotFound", "");
}

export function throttled(): AwsError {
  return new AwsError("ThrottlingException", "Rate exceeded");
}

export function accessDenied(request: AccessRequest, call: Call): AwsError {
  return new AwsError("AccessDeniedException", denialMessage(request, call));
}
