import type {
  CreateSecretCommandInput,
  DeleteSecretCommandInput,
  DescribeSecretCommandInput,
  RestoreSecretCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
  UpdateSecretCommandInput,
} from "@aws-sdk/client-secrets-manager";
import { randomBetween } from "@muster/core";
import type { Operation, ServiceContext } from "../../kernel/service.ts";
import { refuseMembers } from "../../mechanisms/not-implemented.ts";
import type { SecretsDials } from "./dials.ts";
import {
  invalid,
  invalidParameter,
  isBeingDeleted,
  nameIsBeingDeleted,
  secretExists,
  secretNotFound,
} from "./errors.ts";
import { NAME_LENGTH_MAX, RECOVERY_DAYS_DEFAULT, RECOVERY_DAYS_MAX, RECOVERY_DAYS_MIN, TAGS_MAX } from "./limits.ts";
import type { SecretStore } from "./secret-store.ts";
import { readValue } from "./secret-value.ts";
import { CURRENT, type Secret } from "./secret.ts";
import { versionIdOf } from "./value-operations.ts";

const DAY_MS = 86_400_000;

/** Making, changing, tagging, deleting and restoring secrets. */
export function secretOperations(
  context: ServiceContext,
  store: SecretStore,
  dials: SecretsDials,
): Record<string, Operation> {
  return {
    CreateSecret: (input: CreateSecretCommandInput) => createSecret(context, store, input),
    UpdateSecret: (input: UpdateSecretCommandInput) => updateSecret(context, store, input),
    DescribeSecret: (input: DescribeSecretCommandInput) => {
      const secret = store.get(input.SecretId);
      return { ...shownSecret(secret), ...(secret.hasVersions() && { VersionIdsToStages: secret.stages() }) };
    },
    DeleteSecret: (input: DeleteSecretCommandInput) => deleteSecret({ context, store, dials }, input),
    RestoreSecret: (input: RestoreSecretCommandInput) => {
      const secret = store.get(input.SecretId);
      if (secret.deletion?.isForced === true) throw secretNotFound();
      secret.deletion = undefined;
      return { ARN: secret.arn, Name: secret.name };
    },
    TagResource: (input: TagResourceCommandInput) => {
      const secret = store.getLive(input.SecretId);
      addTags(secret.tags, input.Tags);
      return {};
    },
    UntagResource: (input: UntagResourceCommandInput) => {
      const secret = store.getLive(input.SecretId);
      for (const key of input.TagKeys ?? []) secret.tags.delete(key);
      return {};
    },
  };
}

/** A secret without anything that it holds. */
export function shownSecret(secret: Secret) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    CreatedDate: new Date(secret.createdAt),
    LastChangedDate: new Date(secret.changedAt),
    Tags: [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
    ...(secret.description !== undefined && { Description: secret.description }),
    ...(secret.accessedAt !== undefined && { LastAccessedDate: new Date(secret.accessedAt) }),
    ...(secret.deletion !== undefined && { DeletedDate: new Date(secret.deletion.deletedAt) }),
  };
}

function createSecret(context: ServiceContext, store: SecretStore, input: CreateSecretCommandInput) {
  refuseMembers("CreateSecret", {
    KmsKeyId: input.KmsKeyId,
    AddReplicaRegions: input.AddReplicaRegions,
    ForceOverwriteReplicaSecret: input.ForceOverwriteReplicaSecret === true ? true : undefined,
    Type: input.Type,
  });
  const name = readName(input.Name);
  const value = readValue(input);
  const id = versionIdOf(context, input.ClientRequestToken);
  const known = store.find(name);
  if (known?.deletion !== undefined) throw nameIsBeingDeleted();
  if (known !== undefined && (value === undefined || known.version(id) === undefined)) throw secretExists(name);
  const tags = new Map<string, string>();
  addTags(tags, input.Tags);
  const secret = known ?? store.create({ name, description: input.Description, tags });
  const version = value && secret.put({ id, value, stages: [CURRENT], now: context.clock.now() });
  return { ARN: secret.arn, Name: name, ...(version !== undefined && { VersionId: version.id }) };
}

function updateSecret(context: ServiceContext, store: SecretStore, input: UpdateSecretCommandInput) {
  refuseMembers("UpdateSecret", { KmsKeyId: input.KmsKeyId, Type: input.Type });
  const secret = store.getLive(input.SecretId);
  const value = readValue(input);
  const id = versionIdOf(context, input.ClientRequestToken);
  const version = value && secret.put({ id, value, stages: [CURRENT], now: context.clock.now() });
  if (input.Description !== undefined) {
    secret.description = input.Description;
    secret.changedAt = context.clock.now();
  }
  return { ARN: secret.arn, Name: secret.name, ...(version !== undefined && { VersionId: version.id }) };
}

function deleteSecret(
  { context, store, dials }: { context: ServiceContext; store: SecretStore; dials: SecretsDials },
  input: DeleteSecretCommandInput,
) {
  const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: isForced = false } = input;
  if (days !== undefined && isForced)
    throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  if (days !== undefined && (days < RECOVERY_DAYS_MIN || days > RECOVERY_DAYS_MAX)) {
    throw invalidParameter(
      `The RecoveryWindowInDays value must be between ${RECOVERY_DAYS_MIN} and ${RECOVERY_DAYS_MAX} days (inclusive).`,
    );
  }
  const now = context.clock.now();
  const secret = store.find(input.SecretId);
  if (secret === undefined) {
    // Forcing what is not there is no error; AWS answers as if it had been.
    if (!isForced) throw secretNotFound();
    const name = input.SecretId ?? "";
    return { ARN: name.startsWith("arn:") ? name : store.arnOf(name), Name: name, DeletionDate: new Date(now) };
  }
  if (secret.deletion !== undefined && !isForced) throw isBeingDeleted();
  const afterMs = isForced
    ? randomBetween(context.random, dials.forcedDeletionMs)
    : (days ?? RECOVERY_DAYS_DEFAULT) * DAY_MS;
  secret.deletion = { deletedAt: now, goneAt: now + afterMs, isForced };
  const deletionAt = isForced ? now : secret.deletion.goneAt;
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(deletionAt) };
}

function readName(name = ""): string {
  if (!/^[A-Za-z0-9/_+=.@!-]+$/.test(name)) {
    throw invalid(
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    );
  }
  if (name.length > NAME_LENGTH_MAX)
    throw invalid(
      `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must have length less than or equal to ${NAME_LENGTH_MAX}`,
    );
  return name;
}

function addTags(tags: Map<string, string>, added: TagResourceCommandInput["Tags"] = []): void {
  const keys = new Set([...tags.keys(), ...added.map(({ Key = "" }) => Key)]);
  if (keys.size > TAGS_MAX) throw invalidParameter(`The number of tags must be at most ${TAGS_MAX}.`);
  for (const { Key = "", Value = "" } of added) tags.set(Key, Value);
}
