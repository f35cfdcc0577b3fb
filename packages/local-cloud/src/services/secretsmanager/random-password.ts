import type { GetRandomPasswordCommandInput } from "@aws-sdk/client-secrets-manager";
import { pick, randomInt, type Random } from "@muster/core";
import { invalidParameter } from "./errors.ts";
import { PASSWORD_LENGTH_DEFAULT, PASSWORD_LENGTH_MAX } from "./limits.ts";

const LOWERCASE = "abcdefghijklmnopqrstuvwxyz";
const NUMBERS = "0123456789";
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/**
 * A password with at least one character of each type that is included.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
 * @throws {AwsError} InvalidParameterException
 */
export function randomPassword(random: Random, input: GetRandomPasswordCommandInput): string {
  const length = input.PasswordLength ?? PASSWORD_LENGTH_DEFAULT;
  if (length < 1 || length > PASSWORD_LENGTH_MAX)
    throw invalidParameter(`Password length must be between 1 and ${PASSWORD_LENGTH_MAX}.`);
  const excluded = input.ExcludeCharacters ?? "";
  const types = [
    input.ExcludeLowercase === true ? "" : LOWERCASE,
    input.ExcludeUppercase === true ? "" : LOWERCASE.toUpperCase(),
    input.ExcludeNumbers === true ? "" : NUMBERS,
    input.ExcludePunctuation === true ? "" : PUNCTUATION,
    input.IncludeSpace === true ? " " : "",
  ]
    .map((letters) => Array.from(letters).filter((letter) => !excluded.includes(letter)))
    .filter((letters) => letters.length > 0);
  const all = types.flat();
  if (all.length === 0) throw invalidParameter("Password cannot be generated: every character is excluded.");
  const required = input.RequireEachIncludedType === false ? [] : types;
  if (required.length > length) throw invalidParameter("Password length is too short based on the required types.");
  const letters = Array.from({ length }, (_, index) => pick(random, required[index] ?? all));
  return shuffled(random, letters).join("");
}

function shuffled(random: Random, letters: readonly string[]): string[] {
  const copy = [...letters];
  for (let last = copy.length - 1; last > 0; last--) {
    const other = randomInt(random, 0, last);
    [copy[last], copy[other]] = [copy[other] ?? "", copy[last] ?? ""];
  }
  return copy;
}
