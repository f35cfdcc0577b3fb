import type { Node, OperationRef } from "@muster/core";
import { exampleSpec, type WorldOptions } from "@muster/testing/world";
import { aFunctionWorld, type FunctionWorld } from "./function-world.ts";

/** A deployment of the example's cluster that has come so far and stands still there. */
export interface Deployment extends FunctionWorld {
  readonly operation: OperationRef;
  /** ARN of its workflow, which runs. */
  readonly executionArn: string;
}

/** How far: each stands for everything before it. */
export const STAGES = ["admitted", "checked", "equipped", "launched", "online", "active"] as const;
export type Stage = (typeof STAGES)[number];

/**
 * Brings a deployment there through the functions that bring it there on AWS; `online` and `active` are written into its
 * rows, so that no hook has to run. Its tiers are launched in the spec's order.
 */
export async function aDeployment(
  upTo: Stage,
  options: WorldOptions & { readonly spec?: ReturnType<typeof exampleSpec> } = {},
): Promise<Deployment> {
  const { spec = exampleSpec(), ...rest } = options;
  const world = await aFunctionWorld(rest);
  const name = `${spec.name}.op`;
  const arn = await world.start("deploy-cluster", name, { spec });
  const admitted = (await world.invoke("admit-operation", {
    kind: "deploy",
    execution: { arn, name },
    input: { spec },
  })) as {
    operation: OperationRef;
  };
  const { operation } = admitted;
  const deployment = { ...world, operation, executionArn: arn };
  const reached = STAGES.indexOf(upTo);
  if (reached >= STAGES.indexOf("checked")) await world.invoke("run-preflight", { operation });
  if (reached >= STAGES.indexOf("equipped")) await equip(deployment);
  if (reached >= STAGES.indexOf("launched")) await launch(deployment, Object.keys(spec.tiers));
  if (reached >= STAGES.indexOf("online")) await bringOnline(deployment);
  if (reached >= STAGES.indexOf("active")) await activate(deployment);
  return deployment;
}

/** Makes the cluster's credentials, and waits until EC2 knows the profile. */
export async function equip({
  invoke,
  operation,
  clock,
}: Pick<Deployment, "invoke" | "operation" | "clock">): Promise<void> {
  await invoke("create-credentials", { operation });
  await clock.advance(READ_LAG_MS);
}

async function launch({ invoke, operation, clock }: Deployment, tiers: readonly string[]): Promise<void> {
  for (const tier of tiers) await invoke("launch-nodes", { operation, tier });
  await clock.advance(READ_LAG_MS);
}

/** Reads lag behind by some seconds. */
const READ_LAG_MS = 10_000;

/** Waits until every agent has registered, and writes it down. */
async function bringOnline(deployment: Deployment): Promise<void> {
  await agentsOnline(deployment);
  await setNodes(deployment, (node) => ({ ...node, state: "online" }));
}

export async function agentsOnline({ muster, until, clock }: Deployment): Promise<void> {
  const { ec2, ssm } = muster.cloud;
  const isWhole = () =>
    ssm.admin.managedNodes().length === ec2.admin.instances().filter((i) => i.state === "running").length;
  await until(() => ec2.admin.instances().every((i) => i.state !== "pending") && isWhole(), 5_000);
  await clock.advance(READ_LAG_MS);
}

async function activate(deployment: Deployment): Promise<void> {
  const { store, operation, rows } = deployment;
  await setNodes(deployment, (node) => ({ ...node, state: "active", isMember: true }));
  const [cluster] = rows().clusters;
  const tiers = Object.entries(cluster?.tiers ?? {}).map(
    ([name, tier]) => [name, { ...tier, active: tier.desired }] as const,
  );
  await deployment.run(
    store.write(operation, [{ update: "cluster", set: { formed: true, tiers: Object.fromEntries(tiers) } }]),
  );
}

/** Rewrites the rows of nodes: all, or those of a tier. */
export async function setNodes(
  { store, operation, run }: Deployment,
  change: (node: Node) => Node,
  tier?: string,
): Promise<void> {
  const snapshot = await run(store.snapshot(operation.cluster));
  const nodes = (snapshot?.nodes ?? []).filter((node) => tier === undefined || node.tier === tier);
  await run(
    store.write(
      operation,
      nodes.map((node) => ({ put: "node", node: change(node) }) as const),
    ),
  );
}

/** A cluster that is ready, and that nobody changes. */
export async function aReadyCluster(): Promise<Deployment> {
  const deployment = await aDeployment("active");
  await deployment.invoke("finish-operation", { operation: deployment.operation, outcome: "succeeded" });
  return deployment;
}

/** Another deployment under the name of one that has ended, with credentials of its own. */
export async function deployAgain(deployment: Deployment): Promise<Deployment> {
  const [name, input] = ["demo.again", { spec: exampleSpec() }];
  const executionArn = await deployment.start("deploy-cluster", name, input);
  const event = { kind: "deploy", execution: { arn: executionArn, name }, input };
  const { operation } = (await deployment.invoke("admit-operation", event)) as Pick<Deployment, "operation">;
  await deployment.invoke("create-credentials", { operation });
  return { ...deployment, operation, executionArn };
}

/** Ends the deployment well and takes its cluster for a destruction, which is its operation from then on. */
export async function destroying(deployment: Deployment): Promise<Deployment> {
  await deployment.invoke("finish-operation", { operation: deployment.operation, outcome: "succeeded" });
  const [name, input] = ["demo.gone", { cluster: "demo", confirm: "demo" }];
  const executionArn = await deployment.start("destroy-cluster", name, input);
  const event = { kind: "destroy", execution: { arn: executionArn, name }, input };
  const { operation } = (await deployment.invoke("admit-operation", event)) as Pick<Deployment, "operation">;
  return { ...deployment, operation, executionArn };
}
