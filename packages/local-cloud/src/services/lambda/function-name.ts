import type { ServiceContext } from "../../kernel/service.ts";
import { checkConstraints } from "../../mechanisms/constraints.ts";

export interface FunctionReference {
  readonly name: string;
  readonly qualifier: string | undefined;
  /** The ARN as the caller meant it, with the qualifier if one was given. */
  readonly arn: string;
  /** False for another account or region. */
  readonly isHere: boolean;
}

/**
 * Reads a function's name: the bare name, a partial or a full ARN, each with or without a qualifier.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 * @throws {AwsError} ValidationException
 */
export function parseFunctionName(
  context: ServiceContext,
  text: string | undefined,
  givenQualifier?: string,
): FunctionReference {
  checkConstraints([{ at: "functionName", value: text, required: true, min: 1, pattern: AWS_PATTERN }]);
  const match = NAME.exec(text ?? "")?.groups ?? {};
  const name = match["name"] ?? "";
  const account = match["account"] ?? context.account;
  const region = match["region"] ?? context.region;
  const qualifier = givenQualifier ?? match["qualifier"];
  const base = `arn:aws:lambda:${region}:${account}:function:${name}`;
  return {
    name,
    qualifier,
    arn: qualifier === undefined ? base : `${base}:${qualifier}`,
    isHere: account === context.account && region === context.region,
  };
}

/** The unqualified ARN of one of the account's own functions. */
export function functionArn(context: ServiceContext, name: string): string {
  return `arn:aws:lambda:${context.region}:${context.account}:function:${name}`;
}

// As AWS prints it in its error.
const AWS_PATTERN = String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`;
const NAME =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:(?<region>[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[\w.-]+?)(?::(?<qualifier>\$LATEST|[\w-]+))?$/;
