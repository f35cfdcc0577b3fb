import { AwsError } from "../../kernel/aws-error.ts";

/** What Step Functions answers. https://docs.aws.amazon.com/step-functions/latest/apireference/ */
export const statesError = {
  executionAlreadyExists: (arn: string) => quoted("ExecutionAlreadyExists", "Execution Already Exists", arn),
  executionDoesNotExist: (arn: string) => quoted("ExecutionDoesNotExist", "Execution Does Not Exist", arn),
  invalidArn: (reason: string) => quoted("InvalidArn", "Invalid Arn", reason),
  invalidDefinition: (message: string) => new AwsError("InvalidDefinition", message),
  invalidExecutionInput: (reason: string) =>
    quoted("InvalidExecutionInput", "Invalid State Machine Execution Input", reason),
  invalidName: (name: string) => quoted("InvalidName", "Invalid Name", name),
  invalidToken: () => quoted("InvalidToken", "Invalid Token", "Invalid token"),
  machineAlreadyExists: (arn: string) => quoted("StateMachineAlreadyExists", "State Machine Already Exists", arn),
  machineDeleting: (arn: string) => quoted("StateMachineDeleting", "State Machine Deleting", arn),
  machineDoesNotExist: (arn: string) => quoted("StateMachineDoesNotExist", "State Machine Does Not Exist", arn),
  accessDenied: (message: string) => new AwsError("AccessDeniedException", message),
  conflict: (message: string) => new AwsError("ConflictException", message),
  resourceNotFound: (arn: string) => quoted("ResourceNotFound", "Resource not found", arn),
  serviceQuotaExceeded: (message: string) => new AwsError("ServiceQuotaExceededException", message),
  tooManyTags: (arn: string) =>
    new AwsError("TooManyTags", `The resource would have too many tags`, { members: { resourceName: arn } }),
  validation: (message: string) => new AwsError("ValidationException", message),
} as const;

function quoted(code: string, words: string, what: string): AwsError {
  return new AwsError(code, `${words}: '${what}'`);
}
