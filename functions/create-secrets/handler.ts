import { clusterStore, secrets } from "@muster/aws";
import { clusterTags, secretName } from "@muster/core";
import { defineTask, readOperation } from "@muster/lambda";
import { blueprintOf } from "@muster/products";
import { createSecretsInput } from "./event.ts";

/** Makes the passwords that the product needs. Nodes read them with their own role; no function of Muster ever does. */
export const createSecrets = defineTask({
  name: "create-secrets",
  environment: ["TABLE_NAME", "STAGE"],
  input: createSecretsInput,
  ports: (aws, environment) => ({
    store: clusterStore(aws, environment.TABLE_NAME),
    secrets: secrets(aws),
    stage: environment.STAGE,
  }),
  run: async ({ operation }, { store, secrets, stage }) => {
    const { cluster } = await readOperation(store, operation);
    const { generatedSecrets } = blueprintOf(cluster.spec);
    for (const secret of generatedSecrets) {
      await secrets.generate({
        name: secretName(stage, cluster.name, secret.name),
        length: secret.length,
        description: `${secret.purpose} of cluster ${cluster.name}; made by Muster`,
        tags: clusterTags(stage, cluster.name),
      });
    }
    return { created: generatedSecrets.length };
  },
});

export const { handler } = createSecrets;
