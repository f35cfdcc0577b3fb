import type { Filter, ListSecretsCommandInput, SecretListEntry } from "@aws-sdk/client-secrets-manager";
import { notImplemented, refuseMembers } from "../../mechanisms/not-implemented.ts";
import { pageOf } from "../../mechanisms/page.ts";
import { invalidParameter } from "./errors.ts";
import { PAGE_SIZE_MAX } from "./limits.ts";
import type { Secret } from "./secret.ts";

/** One page of the secrets that match all filters, by name. */
export function listSecrets(
  secrets: readonly Secret[],
  input: ListSecretsCommandInput,
  shown: (secret: Secret) => Omit<SecretListEntry, "SecretVersionsToStages">,
) {
  refuseMembers("ListSecrets", { SortBy: input.SortBy, SortOrder: input.SortOrder });
  const size = input.MaxResults ?? PAGE_SIZE_MAX;
  if (size < 1 || size > PAGE_SIZE_MAX) throw invalidParameter(`MaxResults must be between 1 and ${PAGE_SIZE_MAX}.`);
  const filters = (input.Filters ?? []).map(filterTest);
  const found = secrets.filter(
    (secret) =>
      (secret.deletion === undefined || (input.IncludePlannedDeletion === true && !secret.deletion.isForced)) &&
      filters.every((test) => test(secret)),
  );
  const page = pageOf(found, ({ name }) => name, {
    size,
    token: input.NextToken,
    badTokenCode: "InvalidNextTokenException",
  });
  return {
    SecretList: page.items.map((secret) => ({ ...shown(secret), SecretVersionsToStages: secret.stages() })),
    ...(page.token !== undefined && { NextToken: page.token }),
  };
}

// A value matches the beginning of what it is compared with; with `!` in front it must not.
function filterTest({ Key: key, Values: values = [] }: Filter): (secret: Secret) => boolean {
  const texts = textsOf(key);
  const wanted = values.filter((value) => !value.startsWith("!"));
  const unwanted = values.filter((value) => value.startsWith("!")).map((value) => value.slice(1));
  return (secret) => {
    const has = (value: string) => texts(secret).some((text) => text.startsWith(value));
    return (wanted.length === 0 || wanted.some(has)) && !unwanted.some(has);
  };
}

function textsOf(key: Filter["Key"]): (secret: Secret) => string[] {
  switch (key) {
    case "name":
      return (secret) => [secret.name];
    case "description":
      return (secret) => [secret.description ?? ""];
    case "tag-key":
      return (secret) => [...secret.tags.keys()];
    case "tag-value":
      return (secret) => [...secret.tags.values()];
    default:
      throw notImplemented(`ListSecrets with the filter ${key}`);
  }
}
