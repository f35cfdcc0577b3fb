import type { GetSecretValueCommandInput, PutSecretValueCommandInput } from "@aws-sdk/client-secrets-manager";
import type { Operation, ServiceContext } from "../../kernel/service.ts";
import { refuseMembers } from "../../mechanisms/not-implemented.ts";
import { randomUuid } from "../../mechanisms/uuid.ts";
import { invalidParameter, invalidRequest } from "./errors.ts";
import { STAGES_MAX, TOKEN_LENGTH_MAX, TOKEN_LENGTH_MIN } from "./limits.ts";
import type { SecretStore } from "./secret-store.ts";
import { readValue } from "./secret-value.ts";
import { CURRENT } from "./secret.ts";

const DAY_MS = 86_400_000;

/** Reading and writing what secrets hold. */
export function valueOperations(context: ServiceContext, store: SecretStore): Record<string, Operation> {
  return {
    GetSecretValue: (input: GetSecretValueCommandInput) => {
      const secret = store.getLive(input.SecretId);
      const version = secret.find(input.VersionId, input.VersionStage);
      secret.accessedAt = Math.floor(context.clock.now() / DAY_MS) * DAY_MS;
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        VersionStages: [...version.stages],
        CreatedDate: new Date(version.createdAt),
        ...version.value.reveal(),
      };
    },
    PutSecretValue: (input: PutSecretValueCommandInput) => {
      refuseMembers("PutSecretValue", { RotationToken: input.RotationToken });
      const secret = store.getLive(input.SecretId);
      const value = readValue(input);
      if (value === undefined) throw invalidRequest("You must provide either SecretString or SecretBinary.");
      const asked = input.VersionStages ?? [CURRENT];
      if (asked.length < 1 || asked.length > STAGES_MAX)
        throw invalidParameter(`VersionStages must have between 1 and ${STAGES_MAX} labels.`);
      // The first version of a secret is the current one, whatever it is called.
      const stages = secret.hasVersions() ? asked : [...new Set([CURRENT, ...asked])];
      const id = versionIdOf(context, input.ClientRequestToken);
      const version = secret.put({ id, value, stages, now: context.clock.now() });
      return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
    },
  };
}

/**
 * The id of the version that a request makes: its token, which makes the request repeatable, or one of our own.
 * @throws {AwsError} InvalidParameterException
 */
export function versionIdOf(context: ServiceContext, token: string | undefined): string {
  if (token === undefined) return randomUuid(context.random);
  if (token.length < TOKEN_LENGTH_MIN || token.length > TOKEN_LENGTH_MAX)
    throw invalidParameter(`ClientRequestToken must be ${TOKEN_LENGTH_MIN}-${TOKEN_LENGTH_MAX} characters long.`);
  return token;
}
