import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Muster } from "@muster/cli";
import type { Cluster, HookRun, Launch, Node, Operation, OperationStatus, TimelineEntry, Wait } from "@muster/core";

/** What the table holds, by kind. */
export interface Rows {
  readonly clusters: readonly Cluster[];
  readonly nodes: readonly Node[];
  readonly launches: readonly Launch[];
  readonly hookRuns: readonly HookRun[];
  readonly waits: readonly Wait[];
  readonly operations: readonly Operation[];
  readonly timeline: readonly TimelineEntry[];
}

/** Reads the whole table without a call: nothing is counted, nothing takes time. */
export function tableRows({ cloud, manifest }: Muster): Rows {
  const rows = cloud.dynamodb.admin.items(manifest.table.name).map((item) => unmarshall(item as never));
  const ofKind = (test: (sk: string, pk: string) => boolean) =>
    rows.filter((row) => test(String(row["sk"]), String(row["pk"])));
  return {
    clusters: ofKind((sk) => sk === "CLUSTER") as Cluster[],
    nodes: ofKind((sk) => sk.startsWith("NODE#")) as Node[],
    launches: ofKind((sk) => sk.startsWith("LAUNCH#")) as Launch[],
    hookRuns: ofKind((sk) => sk.startsWith("HOOK#")) as HookRun[],
    waits: ofKind((sk) => sk === "WAIT") as Wait[],
    operations: ofKind((sk) => sk === "OPERATION") as Operation[],
    timeline: ofKind((_, pk) => pk.startsWith("TIMELINE#")) as TimelineEntry[],
  };
}

/** How an operation stands; undefined when it has no row. Looks at that row only: it is asked every second of cloud time. */
export function operationStatus({ cloud, manifest }: Muster, id: string): OperationStatus | undefined {
  const row = cloud.dynamodb.admin
    .items(manifest.table.name)
    .find((item) => (item["pk"] as { S?: string }).S === `OPERATION#${id}`);
  return (row?.["status"] as { S?: OperationStatus } | undefined)?.S;
}
