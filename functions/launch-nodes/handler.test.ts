import type { Launch } from "@muster/core";
import { awsError, exampleSpec, failNext, stateOf, type WorldOptions } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment, setNodes, type Deployment } from "../testing/deployment.ts";

const inputOf = ({ operation }: Pick<Deployment, "operation">, tier = "backend") => ({ operation, tier });
const launch = (deployment: Deployment, tier = "backend") =>
  deployment.invoke("launch-nodes", inputOf(deployment, tier));
const nodesOf = (deployment: Deployment, tier = "backend") =>
  deployment.rows().nodes.filter((node) => node.tier === tier);
const launchesOf = (deployment: Deployment, tier = "backend") =>
  deployment.rows().launches.filter((l) => l.tier === tier);
const instancesOf = ({ muster }: Deployment) => muster.cloud.ec2.admin.instances();
const alive = (deployment: Deployment) =>
  instancesOf(deployment).filter((i) => i.state !== "terminated" && i.state !== "shutting-down");
const filled = { outcome: "filled", waitSeconds: 0, hooks: ["prepare", "form", "join", "verify"] };

/** A deployment whose backends may be of two types. */
function withTwoTypes(options: WorldOptions = {}): Promise<Deployment> {
  const { tiers } = exampleSpec();
  const backend = { count: 6, instanceTypes: ["i3en.2xlarge", "i3en.3xlarge"] };
  return aDeployment("equipped", { ...options, spec: exampleSpec({ tiers: { ...tiers, backend } }) });
}

/** Rewrites the tier's one launch, as if it had only come so far. */
async function setLaunch(deployment: Deployment, change: Partial<Launch>): Promise<Launch> {
  const [row] = launchesOf(deployment);
  if (row === undefined) throw new Error("nothing was launched");
  const changed = { ...row, ...change };
  await deployment.run(deployment.store.write(deployment.operation, [{ put: "launch", launch: changed }]));
  return changed;
}

describe("launch-nodes", () => {
  it("fills a tier, writes down what runs where, and says which hooks make members", async () => {
    const deployment = await aDeployment("equipped");
    expect(await launch(deployment)).toEqual(filled);
    const ids = instancesOf(deployment).map((i) => i.instanceId);
    const nodes = nodesOf(deployment);
    expect(nodes.map((node) => node.instanceId ?? "").toSorted()).toEqual(ids.toSorted());
    expect(nodes.map(({ index, state, isProtected, isMember }) => [index, state, isProtected, isMember])).toEqual(
      [0, 1, 2, 3, 4, 5].map((index) => [index, "booting", true, false]),
    );
    expect(launchesOf(deployment)).toMatchObject([
      { state: "launched", indexes: [0, 1, 2, 3, 4, 5], cameShort: false },
    ]);
    const { clusters, operations, timeline } = deployment.rows();
    const place = { subnetId: exampleSpec().network.subnets[0], availabilityZone: "us-east-1a" };
    expect(clusters[0]?.placement).toEqual(place);
    expect(operations[0]?.step).toBe("Launching 6 backend nodes (i3en.2xlarge, us-east-1a)");
    expect(timeline.at(-1)).toMatchObject({
      event: "nodes.launched",
      text: "EC2 launched 6 of 6 backend nodes (i3en.2xlarge in us-east-1a).",
    });
  });

  it.each([
    { tier: "backend", isProtected: true },
    { tier: "client", isProtected: false },
  ])("launches $tier nodes with their tags, their row's token, and protection: $isProtected", async (given) => {
    const { tier, isProtected } = given;
    const deployment = await aDeployment("equipped");
    await launch(deployment, tier);
    const [row] = launchesOf(deployment, tier);
    for (const instance of instancesOf(deployment)) {
      expect(instance).toMatchObject({
        clientToken: `muster-${row?.launchId}`,
        protectedFromTermination: isProtected,
        protectedFromStop: isProtected,
        tags: {
          "muster:stage": "local",
          "muster:cluster": "demo",
          "muster:tier": tier,
          "muster:operation": "demo.op",
          "muster:launch": row?.launchId,
          team: "storage",
        },
      });
    }
  });

  it("says the hooks for joining when the product's cluster exists", async () => {
    const deployment = await aDeployment("equipped");
    await deployment.run(deployment.store.write(deployment.operation, [{ update: "cluster", set: { formed: true } }]));
    expect(await launch(deployment)).toMatchObject({ hooks: ["prepare", "join", "verify"] });
  });

  it("launches nothing more when it is called again", async () => {
    const deployment = await aDeployment("launched");
    const before = await stateOf(deployment);
    expect(await launch(deployment)).toEqual(filled);
    expect(await stateOf(deployment)).toEqual(before);
  });

  it.each([1, 2, 3])("fills each place once when two invocations run at the same time (seed %i)", async (seed) => {
    const deployment = await aDeployment("equipped", { seed });
    const ends = await deployment.invokeTwice("launch-nodes", inputOf(deployment));
    // Lambda may run the retry beside the call that it takes for lost: whoever comes second leaves it to the first.
    expect(ends.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(ends.find(({ status }) => status === "rejected")).toMatchObject({ reason: { name: "StepOvertaken" } });
    expect(await launch(deployment)).toEqual(filled);
    expect(instancesOf(deployment)).toHaveLength(6);
    expect(new Set(nodesOf(deployment).map((node) => node.instanceId)).size).toBe(6);
  });

  it("pauses when EC2's bucket of instances is empty, and launches nothing until then", async () => {
    const deployment = await aDeployment("equipped");
    const spent: Launch = {
      cluster: "demo",
      launchId: "spent",
      operationId: "demo.op",
      tier: "client",
      state: "launched",
      indexes: Array.from({ length: 1_100 }, (_, index) => index),
      instanceType: "c5.2xlarge",
      imageId: "ami-1",
      subnetId: exampleSpec().network.subnets[0] ?? "",
      availabilityZone: "us-east-1a",
      purchase: "on-demand",
      isPartialFine: true,
      cameShort: false,
      requestedAt: deployment.clock.now(),
    };
    await deployment.run(deployment.store.write(deployment.operation, [{ put: "launch", launch: spent }]));
    const answer = (await launch(deployment)) as { outcome: string; waitSeconds: number };
    expect(answer.outcome).toBe("pause");
    // 106 instances at 2 a second, less what has passed.
    expect(answer.waitSeconds).toBeGreaterThan(48);
    expect(answer.waitSeconds).toBeLessThanOrEqual(53);
    expect([instancesOf(deployment), nodesOf(deployment)]).toEqual([[], []]);
    await deployment.clock.advance(answer.waitSeconds * 1000);
    expect(await launch(deployment)).toEqual(filled);
  });
});

describe("a launch whose outcome is not known", () => {
  it("is asked for again with the same token, and brings the same instances", async () => {
    const deployment = await aDeployment("launched");
    const before = await stateOf(deployment);
    await setLaunch(deployment, { state: "requested" });
    await setNodes(
      deployment,
      ({ instanceId: _, privateIp: __, ...node }) => ({ ...node, state: "launching" }),
      "backend",
    );
    expect(await launch(deployment)).toEqual(filled);
    expect((await stateOf(deployment)).instances).toEqual(before.instances);
    expect(nodesOf(deployment).map((node) => node.state)).toEqual(Array(6).fill("booting"));
  });

  it("is asked for again when EC2's answer is lost", async () => {
    const deployment = await aDeployment("equipped");
    failNext(deployment, "RunInstances", "lose-answer");
    expect(await launch(deployment)).toEqual(filled);
    expect(instancesOf(deployment)).toHaveLength(6);
  });

  it("and whose instances have ended since gives its places to another launch of the same kind", async () => {
    const deployment = await aDeployment("launched");
    const { launchId } = await setLaunch(deployment, { state: "requested" });
    for (const node of nodesOf(deployment))
      deployment.muster.cloud.ec2.admin.failHardware(node.instanceId ?? "", "terminated");
    await deployment.clock.advance(5 * 60_000);
    expect(await launch(deployment)).toEqual(filled);
    expect(launchesOf(deployment).find((row) => row.launchId === launchId)).toMatchObject({
      state: "failed",
      reason: { kind: "vanished" },
    });
    const ids = new Set(alive(deployment).map((i) => i.instanceId));
    expect(nodesOf(deployment).filter((node) => ids.has(node.instanceId ?? ""))).toHaveLength(6);
  });
});

describe("when a candidate has no capacity", () => {
  it.each(["InsufficientInstanceCapacity", "VcpuLimitExceeded", "Unsupported", "InsufficientFreeAddressesInSubnet"])(
    "(%s) the next is tried, and the ledger says why",
    async (code) => {
      const deployment = await withTwoTypes();
      failNext(deployment, "RunInstances", awsError(code, "No.", code.startsWith("InsufficientI") ? 500 : 400));
      expect(await launch(deployment)).toEqual(filled);
      expect(launchesOf(deployment).map((row) => [row.availabilityZone, row.state, row.reason?.code])).toEqual([
        ["us-east-1a", "failed", code],
        ["us-east-1b", "launched", undefined],
      ]);
      expect(new Set(nodesOf(deployment).map((node) => node.availabilityZone))).toEqual(new Set(["us-east-1b"]));
    },
  );

  it("and none has, all are named", async () => {
    const deployment = await withTwoTypes({ cloud: { ec2: { capacity: () => 0 } } });
    const error = await launch(deployment).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ name: "CapacityUnavailable" });
    for (const candidate of ["i3en.2xlarge in us-east-1a", "i3en.2xlarge in us-east-1b", "i3en.3xlarge in us-east-1b"])
      expect((error as Error).message).toContain(`${candidate} (InsufficientInstanceCapacity)`);
    expect([instancesOf(deployment), nodesOf(deployment)]).toEqual([[], []]);
  });

  it("for all, a tier that may be mixed takes what there is of each", async () => {
    const { tiers } = exampleSpec();
    const client = { count: 3, instanceTypes: ["c5.2xlarge", "c5.4xlarge"] };
    const deployment = await aDeployment("equipped", {
      spec: exampleSpec({ tiers: { ...tiers, client } }),
      cloud: { ec2: { capacity: ({ instanceType }) => (instanceType === "c5.2xlarge" ? 1 : 100) } },
    });
    await launch(deployment);
    expect(await launch(deployment, "client")).toMatchObject({ outcome: "filled", hooks: ["mount"] });
    expect(launchesOf(deployment, "client").map((row) => [row.instanceType, row.indexes, row.cameShort])).toEqual([
      ["c5.2xlarge", [0], true],
      ["c5.4xlarge", [1, 2], false],
    ]);
  });

  it("for the rest of a tier that may not be mixed, what it gave goes before another zone is tried", async () => {
    const deployment = await aDeployment("equipped");
    await launch(deployment);
    await setNodes(deployment, (node) => (node.index === 5 ? { ...node, state: "lost" } : node), "backend");
    failNext(deployment, "RunInstances", awsError("InsufficientInstanceCapacity", "None left.", 500));
    const outcomes: unknown[] = [];
    do {
      outcomes.push(((await launch(deployment)) as { outcome: string }).outcome);
      await deployment.clock.advance(15_000);
    } while (outcomes.at(-1) === "pause");
    // The placement group holds the zone until the last of its instances is terminated.
    expect(outcomes).toContain("pause");
    expect(outcomes.at(-1)).toBe("filled");
    expect(new Set(nodesOf(deployment).map((node) => node.availabilityZone))).toEqual(new Set(["us-east-1b"]));
    expect(deployment.rows().clusters).toMatchObject([{ placement: { availabilityZone: "us-east-1b" } }]);
    expect(alive(deployment)).toHaveLength(6);
  });

  it("for the rest of a tier, and there is nowhere else to go, good nodes stay, and the operation fails", async () => {
    const deployment = await aDeployment("launched");
    await setNodes(deployment, (node) => (node.index === 5 ? { ...node, state: "lost" } : node), "backend");
    failNext(deployment, "RunInstances", awsError("InsufficientInstanceCapacity", "None left.", 500));
    // Its clients are in their place already: the cluster stays in that zone.
    expect(await launch(deployment).catch((error: Error) => error.name)).toBe("CapacityUnavailable");
    expect(nodesOf(deployment)).toHaveLength(5);
    expect(alive(deployment)).toHaveLength(7);
  });

  it("for the rest of a tier whose nodes have been worked on, they stay, and the operation fails", async () => {
    const deployment = await aDeployment("launched");
    const lose = (index: number) => (index === 5 ? ("lost" as const) : ("online" as const));
    await setNodes(deployment, (node) => ({ ...node, state: lose(node.index), hooksDone: ["prepare"] }), "backend");
    failNext(deployment, "RunInstances", awsError("InsufficientInstanceCapacity", "None left.", 500));
    expect(await launch(deployment).catch((error: Error) => error.name)).toBe("CapacityUnavailable");
    expect(nodesOf(deployment)).toHaveLength(5);
    expect(alive(deployment)).toHaveLength(7);
  });
});
