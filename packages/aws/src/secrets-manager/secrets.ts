import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { sleep, type Secrets } from "@muster/core";
import { classify } from "../aws-errors.ts";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";

/** Secrets Manager. A generated password passes through this process's memory once, and is never read again. */
export function secrets(runtime: AwsRuntime): Secrets {
  const client = runtime.client(SecretsManagerClient);
  return {
    exists: async (SecretId) => {
      try {
        const answer = await call(runtime, "secretsmanager:DescribeSecret", () =>
          client.send(new DescribeSecretCommand({ SecretId })),
        );
        return answer.DeletedDate === undefined;
      } catch (error) {
        if (classify(error).kind === "not-found") return false;
        throw error;
      }
    },
    generate: async ({ name, length, tags, description }) => {
      const { RandomPassword } = await call(runtime, "secretsmanager:GetRandomPassword", () =>
        client.send(
          new GetRandomPasswordCommand({
            PasswordLength: length,
            ExcludePunctuation: true,
            RequireEachIncludedType: true,
          }),
        ),
      );
      const input = {
        Name: name,
        Description: description,
        SecretString: RandomPassword,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      };
      for (let attempt = 1; ; attempt++) {
        try {
          await call(runtime, "secretsmanager:CreateSecret", () => client.send(new CreateSecretCommand(input)));
          return;
        } catch (error) {
          const { code, message } = classify(error);
          // Made by an earlier run of this step: its password stands.
          if (code === "ResourceExistsException") return;
          // A secret deleted moments ago keeps its name for some seconds, also one deleted without recovery.
          if (!isBeingDeleted(code, message) || attempt === ATTEMPTS_MAX) throw error;
          await sleep(runtime.clock, DELETION_MS);
        }
      }
    },
    destroy: async (name) => {
      try {
        // By its ARN, which no other secret will ever have: who is late deletes nobody else's.
        const { ARN: SecretId } = await call(runtime, "secretsmanager:DescribeSecret", () =>
          client.send(new DescribeSecretCommand({ SecretId: name })),
        );
        // Without the recovery window: the cluster that it opened is gone, and its name must be free for the next one.
        await call(runtime, "secretsmanager:DeleteSecret", () =>
          client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true })),
        );
      } catch (error) {
        if (classify(error).kind !== "not-found") throw error;
      }
    },
  };
}

const ATTEMPTS_MAX = 8;
const DELETION_MS = 4_000;

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html: InvalidRequestException. */
function isBeingDeleted(code: string, message: string): boolean {
  return code === "InvalidRequestException" && message.includes("deletion");
}
