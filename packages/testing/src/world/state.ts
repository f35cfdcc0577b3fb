import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { World } from "./world.ts";

/** What is there, for comparing before and after. What moves with time alone (an instance that boots, a lease that is renewed) is left out. */
export interface State {
  /** By key; without the timeline, which only grows. */
  readonly rows: Readonly<Record<string, unknown>>;
  readonly instances: Readonly<Record<string, { readonly isAlive: boolean; readonly isProtected: boolean }>>;
  /** Names. */
  readonly secrets: readonly string[];
  /** Names of the roles and instance profiles of clusters. */
  readonly roles: readonly string[];
  readonly instanceProfiles: readonly string[];
  /** Comments of the SSM commands that were sent. */
  readonly commands: readonly string[];
  readonly executions: Readonly<Record<string, string>>;
}

export async function stateOf({ muster }: World): Promise<State> {
  const { cloud, manifest } = muster;
  const rows = cloud.dynamodb.admin.items(manifest.table.name).map((item) => unmarshall(item as never));
  const { SecretList = [] } = (await cloud.load("secretsmanager", "ListSecrets", { MaxResults: 100 })) as {
    SecretList?: readonly { Name?: string }[];
  };
  return {
    rows: sorted(
      rows
        .filter((row) => !String(row["pk"]).startsWith("TIMELINE#"))
        .map((row) => [`${row["pk"]} ${row["sk"]}`, withoutSignsOfLife(row)]),
    ),
    instances: sorted(
      cloud.ec2.admin.instances().map(({ instanceId, state, protectedFromTermination, protectedFromStop }) => [
        instanceId,
        {
          isAlive: state !== "shutting-down" && state !== "terminated",
          isProtected: protectedFromTermination || protectedFromStop,
        },
      ]),
    ),
    secrets: SecretList.map((secret) => secret.Name ?? "").toSorted(),
    ...cloud.iam.namesUnder("/muster/"),
    commands: cloud.ssm.admin.commands().map((command) => command.comment),
    executions: sorted(cloud.states.inspect().executions.map(({ arn, status }) => [arn, status])),
  };
}

function withoutSignsOfLife(row: Record<string, unknown>): Record<string, unknown> {
  const { updatedAt: _, ...rest } = row;
  const lease = rest["lease"] as { expiresAt?: number } | undefined;
  return lease === undefined ? rest : { ...rest, lease: { ...lease, expiresAt: undefined } };
}

function sorted<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
