import { AwsError } from "../../../kernel/aws-error.ts";

/** What PutRule and TestEventPattern answer to a bad pattern: the first line of it, as the rest is not stable. */
export function invalidPattern(reason: string): AwsError {
  return new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`);
}
