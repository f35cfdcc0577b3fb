import { clusterStore, nodeRoleCreator, secrets } from "@muster/aws";
import { clusterTags, secretName } from "@muster/core";
import { defineTask, readOperation } from "@muster/lambda";
import { blueprintOf } from "@muster/products";
import { createCredentialsInput } from "./event.ts";

/**
 * Makes the role that the cluster's nodes run as, and the passwords that the product needs. Nodes read them with that role,
 * which opens no other cluster's; no function of Muster ever reads one.
 */
export const createCredentials = defineTask({
  name: "create-credentials",
  environment: ["TABLE_NAME", "STAGE", "NODE_POLICY_ARNS"],
  input: createCredentialsInput,
  ports: (aws, environment) => ({
    store: clusterStore(aws, environment.TABLE_NAME),
    secrets: secrets(aws),
    roles: nodeRoleCreator(aws, { stage: environment.STAGE, policyArns: environment.NODE_POLICY_ARNS.split(",") }),
    stage: environment.STAGE,
  }),
  run: async ({ operation }, { store, secrets, roles, stage }) => {
    const { cluster } = await readOperation(store, operation);
    const { generatedSecrets } = blueprintOf(cluster.spec);
    // Before the secrets: EC2 takes some seconds to know it.
    if (cluster.nodeRole !== undefined) await roles.create({ name: cluster.nodeRole, cluster: cluster.name });
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

export const { handler } = createCredentials;
