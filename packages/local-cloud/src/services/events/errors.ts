import { AwsError } from "../../kernel/aws-error.ts";

// Texts as EventBridge answers them. https://docs.aws.amazon.com/eventbridge/latest/APIReference/

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export function ruleNotFound(name: string): AwsError {
  return new AwsError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus default.`);
}

/** There is only the default bus: the embedded cloud cannot make others. */
export function busNotFound(name: string): AwsError {
  return new AwsError("ResourceNotFoundException", `Event bus ${name} does not exist.`);
}

export function limitExceeded(): AwsError {
  return new AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
}
