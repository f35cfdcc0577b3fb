import { AwsError } from "../../kernel/aws-error.ts";

export function invalidValue(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}

export function invalidCombination(message: string): AwsError {
  return new AwsError("InvalidParameterCombinationException", message);
}

export function missing(parameter: string): AwsError {
  return new AwsError("MissingRequiredParameterException", `The parameter ${parameter} is required.`);
}

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/** A list that is too long, in CloudWatch's words. */
function tooMany(parameter: string, max: number): AwsError {
  return invalidValue(`The collection ${parameter} must not have a size greater than ${max}.`);
}

/** Throws when a list is too long. */
export function checkSize(parameter: string, list: readonly unknown[] | undefined, max: number): void {
  if ((list?.length ?? 0) > max) throw tooMany(parameter, max);
}
