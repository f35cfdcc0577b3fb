import type { GetRandomPasswordCommandInput, ListSecretsCommandInput } from "@aws-sdk/client-secrets-manager";
import { AwsError } from "../../kernel/aws-error.ts";
import type { ServiceContext, ServicePlugin } from "../../kernel/service.ts";
import { denialMessage } from "../iam/denial.ts";
import { calmSecrets, type SecretsDials } from "./dials.ts";
import { listSecrets } from "./list-secrets.ts";
import { randomPassword } from "./random-password.ts";
import { secretOperations, shownSecret } from "./secret-operations.ts";
import { SecretStore } from "./secret-store.ts";
import { secretsAccess } from "./secrets-access.ts";
import { valueOperations } from "./value-operations.ts";

/**
 * The embedded Secrets Manager. Rotation, replication and keys of one's own are refused by name.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
export function createSecretsManager(
  context: ServiceContext,
  { dials = calmSecrets }: { readonly dials?: SecretsDials } = {},
): ServicePlugin {
  const store = new SecretStore(context);
  return {
    service: "secretsmanager",
    operations: {
      ...secretOperations(context, store, dials),
      ...valueOperations(context, store),
      ListSecrets: (input: ListSecretsCommandInput) => listSecrets(store.all(), input, shownSecret),
      GetRandomPassword: (input: GetRandomPasswordCommandInput) => ({
        RandomPassword: randomPassword(context.random, input),
      }),
    },
    access: (operation, input) => secretsAccess(store, operation, input),
    throttled: () => new AwsError("ThrottlingException", "Rate exceeded"),
    denied: (request, call) => new AwsError("AccessDeniedException", denialMessage(request, call)),
  };
}
