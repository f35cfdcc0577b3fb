import { awsError, failNext, stateOf, TRUSTS_EC2 } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment, aReadyCluster, type Deployment } from "../testing/deployment.ts";

const sweep = (deployment: Deployment) => deployment.invoke("reconcile-clusters", {});
const sweepIn = async (deployment: Deployment, minutes: number) => {
  await deployment.clock.advance(minutes * 60_000);
  return sweep(deployment);
};
const isAlive = async (deployment: Deployment, id: string) => (await stateOf(deployment)).instances[id]?.isAlive;

/** A cluster, and the instance that lost its row; `isFree` when no operation holds the cluster any more. */
async function withStray(isFree = true): Promise<Deployment & { readonly stray: string }> {
  const deployment = await aDeployment("active");
  const stray = deployment.rows().nodes.find((node) => node.tier === "backend")?.instanceId ?? "";
  const change = { drop: "node", tier: "backend", index: 0 } as const;
  await deployment.run(deployment.store.write(deployment.operation, [change]));
  const { operation } = deployment;
  if (isFree) await deployment.invoke("finish-operation", { operation, outcome: "succeeded" });
  return { ...deployment, stray };
}

/** Makes something in EC2 by hand, with these tags; answers its id. */
async function byHand(
  { run, muster, rows }: Deployment,
  what: "instance" | "network-interface",
  tags: Readonly<Record<string, string>>,
): Promise<string> {
  const { kernel, user, ec2 } = muster.cloud;
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const SubnetId = ec2.admin.interfaces()[0]?.subnetId;
  const TagSpecifications = Tags.length === 0 ? [] : [{ ResourceType: what, Tags }];
  if (what === "network-interface") {
    const made = await run(kernel.call("ec2", "CreateNetworkInterface", { SubnetId, TagSpecifications }, user));
    return (made as { NetworkInterface: { NetworkInterfaceId: string } }).NetworkInterface.NetworkInterfaceId;
  }
  const ImageId = Object.values(rows().clusters[0]?.resolved?.images ?? {})[0];
  const input = { ImageId, InstanceType: "c5.2xlarge", MinCount: 1, MaxCount: 1, SubnetId, TagSpecifications };
  const made = await run(kernel.call("ec2", "RunInstances", input, user));
  return (made as { Instances: { InstanceId: string }[] }).Instances[0]?.InstanceId ?? "";
}

describe("a role that no cluster's row names", () => {
  /** Made by a step that went on when its operation was over. */
  async function withRole(): Promise<Deployment> {
    const deployment = await aReadyCluster();
    const { load } = deployment.muster.cloud;
    const Path = "/muster/local/us-east-1/";
    await load("iam", "CreateRole", { RoleName: "muster-old-1", Path, AssumeRolePolicyDocument: TRUSTS_EC2 });
    await load("iam", "CreateInstanceProfile", { InstanceProfileName: "muster-old-2", Path });
    await load("iam", "CreateRole", { RoleName: "mine", Path, AssumeRolePolicyDocument: TRUSTS_EC2 });
    return deployment;
  }
  const names = async (deployment: Deployment) => {
    const { roles, instanceProfiles } = await stateOf(deployment);
    return { roles, instanceProfiles };
  };

  it("goes when it is an hour old, with its profile; a cluster's own and the user's stay", async () => {
    const deployment = await withRole();
    const { nodeRole } = deployment.rows().clusters[0] ?? {};
    await sweepIn(deployment, 50);
    expect((await names(deployment)).roles).toContain("muster-old-1");
    await sweepIn(deployment, 15);
    expect(await names(deployment)).toEqual({ roles: [nodeRole, "mine"], instanceProfiles: [nodeRole] });
  });

  it("that IAM does not delete stops nothing", async () => {
    const deployment = await withRole();
    failNext(deployment, "DeleteRole", awsError("DeleteConflict", "Cannot delete entity", 409), { times: 8 });
    await sweepIn(deployment, 65);
    const { roles, instanceProfiles } = await names(deployment);
    expect(roles).toContain("muster-old-1");
    expect(instanceProfiles).not.toContain("muster-old-2");
    await sweepIn(deployment, 15);
    expect((await names(deployment)).roles).not.toContain("muster-old-1");
  });
});

describe("an instance with Muster's tags and no row", () => {
  it("is seen at first, and ended at the second sighting, protected as it is", async () => {
    const deployment = await withStray();
    expect(await sweep(deployment)).toEqual({ recovered: [], sighted: 1, ended: 0 });
    expect(await isAlive(deployment, deployment.stray)).toBe(true);
    expect(await sweepIn(deployment, 15)).toEqual({ recovered: [], sighted: 1, ended: 1 });
    expect(await isAlive(deployment, deployment.stray)).toBe(false);
    expect(Object.values((await stateOf(deployment)).instances).filter((i) => i.isAlive)).toHaveLength(7);
    expect(await sweepIn(deployment, 15)).toEqual({ recovered: [], sighted: 0, ended: 0 });
  });

  it("is left alone when the second sighting comes within ten minutes", async () => {
    const deployment = await withStray();
    await sweep(deployment);
    expect(await sweepIn(deployment, 9)).toEqual({ recovered: [], sighted: 1, ended: 0 });
    expect(await isAlive(deployment, deployment.stray)).toBe(true);
  });

  it("is ended when its whole cluster has no row", async () => {
    const deployment = await aDeployment("launched");
    await deployment.run(deployment.store.write(deployment.operation, [{ drop: "cluster" }]));
    expect(await sweep(deployment)).toMatchObject({ sighted: 8, ended: 0 });
    expect(await sweepIn(deployment, 15)).toMatchObject({ sighted: 8, ended: 8 });
    expect(Object.values((await stateOf(deployment)).instances).filter((i) => i.isAlive)).toEqual([]);
  });

  it("is its operation's business as long as one holds the cluster", async () => {
    const deployment = await withStray(false);
    await sweep(deployment);
    expect(await sweepIn(deployment, 15)).toEqual({ recovered: [], sighted: 0, ended: 0 });
    expect(await isAlive(deployment, deployment.stray)).toBe(true);
  });

  it("that EC2 does not end is not counted as ended, and is tried again by the next sweep", async () => {
    const deployment = await withStray();
    await sweep(deployment);
    const refusal = awsError("OperationNotPermitted", `The instance '${deployment.stray}' may not be terminated.`);
    failNext(deployment, "TerminateInstances", refusal, { times: 1_000 });
    expect(await sweepIn(deployment, 15)).toEqual({ recovered: [], sighted: 1, ended: 0 });
    deployment.muster.cloud.faults.script = undefined;
    expect(await sweepIn(deployment, 15)).toEqual({ recovered: [], sighted: 1, ended: 1 });
  });
});

describe("an instance of somebody else's", () => {
  it.each([
    { whose: "nobody's", tags: {} },
    { whose: "another stage's", tags: { "muster:stage": "production", "muster:cluster": "demo" } },
  ])("($whose) is never touched", async ({ tags }) => {
    const deployment = await aReadyCluster();
    const id = await byHand(deployment, "instance", tags);
    for (let i = 0; i < 3; i++) expect(await sweepIn(deployment, 15)).toMatchObject({ sighted: 0, ended: 0 });
    expect(await isAlive(deployment, id)).toBe(true);
  });
});

describe("an interface that nobody uses", () => {
  const own = { "muster:stage": "local", "muster:cluster": "demo" };
  const hasInterface = ({ muster }: Deployment, id: string) =>
    muster.cloud.ec2.admin.interfaces().some((face) => face.interfaceId === id);

  it("is deleted at the second sighting; those that nodes use stay", async () => {
    const deployment = await aReadyCluster();
    const inUse = deployment.muster.cloud.ec2.admin.interfaces().length;
    const id = await byHand(deployment, "network-interface", own);
    expect(await sweep(deployment)).toMatchObject({ sighted: 1, ended: 0 });
    expect(await sweepIn(deployment, 15)).toMatchObject({ sighted: 1, ended: 1 });
    expect(hasInterface(deployment, id)).toBe(false);
    expect(deployment.muster.cloud.ec2.admin.interfaces()).toHaveLength(inUse);
  });

  it("is left alone while an operation works on any cluster: some are free while instances come and go", async () => {
    const deployment = await aDeployment("active");
    const id = await byHand(deployment, "network-interface", own);
    await sweep(deployment);
    expect(await sweepIn(deployment, 15)).toMatchObject({ sighted: 0, ended: 0 });
    expect(hasInterface(deployment, id)).toBe(true);
  });

  it("of another stage is never touched", async () => {
    const deployment = await aReadyCluster();
    const id = await byHand(deployment, "network-interface", { ...own, "muster:stage": "production" });
    await sweep(deployment);
    await sweepIn(deployment, 15);
    expect(hasInterface(deployment, id)).toBe(true);
  });
});
