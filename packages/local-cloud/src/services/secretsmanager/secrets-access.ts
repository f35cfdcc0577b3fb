import type { Tag } from "@aws-sdk/client-secrets-manager";
import type { AccessRequest } from "../../kernel/service.ts";
import type { SecretStore } from "./secret-store.ts";

/**
 * What IAM is asked.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 */
export function secretsAccess(store: SecretStore, operation: string, input: unknown): AccessRequest[] {
  const action = `secretsmanager:${operation}`;
  if (operation === "ListSecrets" || operation === "GetRandomPassword") return [{ action, resource: "*" }];
  const request = { action, resource: resourceOf(store, input), context: contextOf(store, input) };
  const isTagged = operation === "CreateSecret" && tagsOf(input).length > 0;
  return isTagged ? [request, { ...request, action: "secretsmanager:TagResource" }] : [request];
}

// A secret that is not there has no random end yet; `?` stands for one character in policies too.
function resourceOf(store: SecretStore, input: unknown): string {
  const { SecretId, Name = "" } = input as { SecretId?: string; Name?: string };
  const known = store.find(SecretId)?.arn;
  if (known !== undefined) return known;
  return SecretId?.startsWith("arn:") === true ? SecretId : `${store.arnOf(SecretId ?? Name)}-??????`;
}

function contextOf(store: SecretStore, input: unknown): Record<string, string | string[] | undefined> {
  const { SecretId, Name, VersionId, VersionStage, TagKeys } = input as Record<string, string | undefined> & {
    TagKeys?: string[];
  };
  const secret = store.find(SecretId);
  const owned = [...(secret?.tags ?? [])].flatMap(([key, value]) => [
    [`aws:ResourceTag/${key}`, value],
    [`secretsmanager:ResourceTag/${key}`, value],
  ]);
  const tags = tagsOf(input);
  const requested = tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value]);
  const keys = TagKeys ?? tags.flatMap(({ Key }) => Key ?? []);
  return {
    ...(Object.fromEntries([...owned, ...requested]) as Record<string, string>),
    ...(keys.length > 0 && { "aws:TagKeys": keys }),
    "secretsmanager:Name": Name,
    "secretsmanager:SecretId": secret?.arn ?? SecretId,
    "secretsmanager:VersionId": VersionId,
    "secretsmanager:VersionStage": VersionStage,
  };
}

function tagsOf(input: unknown): Tag[] {
  return (input as { Tags?: Tag[] }).Tags ?? [];
}
