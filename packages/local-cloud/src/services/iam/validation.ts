import { invalidParameter, notImplemented } from "./iam-errors.ts";

/** Names of roles, policies and instance profiles. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const NAME = /^[\w+=,.@-]+$/;
const PATH = /^\/(?:[\u0021-\u007e]+\/)?$/;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length */
export const ROLE_NAME_LENGTH = 64;
export const PROFILE_NAME_LENGTH = 128;
export const POLICY_NAME_LENGTH = 128;
const PATH_LENGTH = 512;

/** @throws {AwsError} ValidationError */
export function checkName(name: string | undefined, member: string, mostCharacters: number): string {
  const given = name ?? "";
  if (given === "") throw invalidParameter(given, member, "Member must have length greater than or equal to 1");
  if (given.length > mostCharacters) {
    throw invalidParameter(given, member, `Member must have length less than or equal to ${mostCharacters}`);
  }
  if (!NAME.test(given))
    throw invalidParameter(given, member, "Member must satisfy regular expression pattern: [\\w+=,.@-]+");
  return given;
}

/** @throws {AwsError} ValidationError */
export function checkPath(path: string | undefined): string {
  const given = path ?? "/";
  if (given.length > PATH_LENGTH || !PATH.test(given)) {
    throw invalidParameter(
      given,
      "path",
      "Member must satisfy regular expression pattern: (\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)",
    );
  }
  return given;
}

/** Refuses each member of the input that AWS would act on and this IAM would not. */
export function refuseMembers(input: object, members: readonly string[]): void {
  const given = Object.keys(input).find((member) => members.includes(member));
  if (given !== undefined) throw notImplemented(`the parameter ${given}`);
}
