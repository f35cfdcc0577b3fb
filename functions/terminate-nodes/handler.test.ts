import { awsError, exampleSpec, failNext, stateOf } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment, destroying, type Deployment, equip } from "../testing/deployment.ts";
import { expectMalformedRefused, expectOthersRefused, malformed } from "../testing/expect-refused.ts";
import { ATTEMPTS_MAX, expectTroublesTold } from "../testing/expect-troubles.ts";

type Scope = "cluster" | "operation";
const inputOf = ({ operation }: Pick<Deployment, "operation">, scope: Scope = "cluster") => ({ operation, scope });
const terminate = (deployment: Deployment, scope: Scope = "cluster") =>
  deployment.invoke("terminate-nodes", inputOf(deployment, scope));
const instancesOf = (deployment: Deployment) => deployment.muster.cloud.ec2.admin.instances();
const alive = (deployment: Deployment, cluster = "demo") =>
  instancesOf(deployment)
    .filter((i) => i.tags["muster:cluster"] === cluster && i.state !== "shutting-down" && i.state !== "terminated")
    .map((i) => i.instanceId);

describe("terminate-nodes", () => {
  it("lifts all protection and ends every instance of the cluster", async () => {
    const deployment = await aDeployment("active");
    expect(instancesOf(deployment).filter((i) => i.protectedFromTermination && i.protectedFromStop)).toHaveLength(6);
    expect(await terminate(deployment)).toEqual({ terminated: 8, hasMore: false });
    expect(alive(deployment)).toEqual([]);
    const { nodes, clusters, operations } = deployment.rows();
    expect(nodes.map((node) => node.state)).toEqual(Array(8).fill("leaving"));
    expect(clusters[0]?.lease).toMatchObject({ operationId: "demo.op", isUndoing: true });
    expect(operations[0]?.step).toBe("Terminating 8 instances");
  });

  it("renews the lease, so that nobody takes the cluster meanwhile", async () => {
    const deployment = await aDeployment("launched");
    await deployment.clock.advance(10 * 60_000);
    await terminate(deployment);
    const { expiresAt = 0 } = deployment.rows().clusters[0]?.lease ?? {};
    expect(expiresAt - deployment.clock.now()).toBeGreaterThan(13 * 60_000);
  });

  it("ends an instance of the cluster that no row knows, protected or not", async () => {
    const deployment = await aDeployment("launched");
    await deployment.run(
      deployment.store.write(deployment.operation, [
        { drop: "node", tier: "backend", index: 0 },
        { drop: "node", tier: "client", index: 0 },
      ]),
    );
    expect(await terminate(deployment)).toEqual({ terminated: 8, hasMore: false });
    expect(alive(deployment)).toEqual([]);
  });

  it("ends spot instances, whose protection cannot even be lifted", async () => {
    const { tiers } = exampleSpec();
    const client = { count: 2, instanceTypes: ["c5.2xlarge"], purchase: "spot" };
    const deployment = await aDeployment("launched", { spec: exampleSpec({ tiers: { ...tiers, client } }) });
    expect(await terminate(deployment)).toEqual({ terminated: 8, hasMore: false });
    expect(alive(deployment)).toEqual([]);
  });

  it("ends nothing of another cluster", async () => {
    const deployment = await aDeployment("launched");
    const spec = exampleSpec({ name: "other" });
    const execution = { arn: await deployment.start("deploy-cluster", "other.op", { spec }), name: "other.op" };
    const admission = await deployment.invoke("admit-operation", { kind: "deploy", execution, input: { spec } });
    const { operation } = admission as Pick<Deployment, "operation">;
    await deployment.invoke("run-preflight", { operation });
    await equip({ ...deployment, operation });
    await deployment.invoke("launch-nodes", { operation, tier: "backend" });
    await terminate(deployment);
    expect(alive(deployment, "other")).toHaveLength(6);
    expect(deployment.rows().nodes.filter((node) => node.cluster === "other" && node.state === "leaving")).toEqual([]);
  });

  it("ends just what the operation launched, when that is its scope", async () => {
    const destruction = await destroying(await aDeployment("active"));
    expect(await terminate(destruction, "operation")).toEqual({ terminated: 0, hasMore: false });
    expect(alive(destruction)).toHaveLength(8);
    expect(await terminate(destruction, "cluster")).toEqual({ terminated: 8, hasMore: false });
  });

  it("has nothing left to do when it is called again", async () => {
    const deployment = await aDeployment("launched");
    await terminate(deployment);
    await deployment.clock.advance(5_000);
    const before = await stateOf(deployment);
    expect(await terminate(deployment)).toEqual({ terminated: 0, hasMore: false });
    expect(await stateOf(deployment)).toMatchObject({ instances: before.instances });
    expect(deployment.rows().nodes.every((node) => node.state === "leaving")).toBe(true);
  });

  it("goes on when the operation was cancelled: that is what it is for", async () => {
    const deployment = await aDeployment("launched");
    await deployment.run(deployment.store.requestCancel("demo.op", "demo"));
    expect(await terminate(deployment)).toEqual({ terminated: 8, hasMore: false });
    expect(await deployment.run(deployment.store.requestCancel("demo.op", "demo")), "cancel once more").toBe(false);
  });

  it("takes 200 a round, and says that there are more", async () => {
    const { tiers } = exampleSpec();
    const client = { count: 199, instanceTypes: ["c5.2xlarge"] };
    const deployment = await aDeployment("launched", { spec: exampleSpec({ tiers: { ...tiers, client } }) });
    expect(await terminate(deployment)).toEqual({ terminated: 200, hasMore: true });
    await deployment.clock.advance(5_000);
    expect(await terminate(deployment)).toEqual({ terminated: 5, hasMore: false });
    expect(alive(deployment)).toEqual([]);
  });
});

describe("an instance that EC2 does not show yet", () => {
  it("is left to the look that follows: nothing is said of its node", async () => {
    const deployment = await aDeployment("launched", {
      cloud: { ec2: { describeLagMs: { min: 60_000, max: 60_000 } } },
    });
    expect(await terminate(deployment)).toEqual({ terminated: 0, hasMore: false });
    expect(deployment.rows().nodes.map((node) => node.state)).toEqual(Array(8).fill("booting"));
  });
});

describe("when EC2 takes only some of a call", () => {
  const notPermitted = (id: string) => awsError("OperationNotPermitted", `The instance '${id}' may not be terminated.`);

  it("the others end, and the refused one is asked for again until it goes", async () => {
    const deployment = await aDeployment("launched");
    const [protectedId = ""] = alive(deployment);
    failNext(deployment, "TerminateInstances", notPermitted(protectedId), { times: 1 });
    expect(await terminate(deployment)).toEqual({ terminated: 8, hasMore: false });
    expect(alive(deployment)).toEqual([]);
  });

  it("and never takes the rest, the round says that there is more to do", async () => {
    const deployment = await aDeployment("launched");
    const { admin } = deployment.muster.cloud.ec2;
    const stuck = new Set(alive(deployment).slice(0, 1));
    const before = deployment.muster.cloud.faults.script;
    deployment.muster.cloud.faults.script = (call) =>
      call.operation === "ModifyInstanceAttribute" && stuck.size > 0
        ? awsError("InvalidInstanceID.NotFound", "no")
        : before?.(call);
    // Protection that is never lifted keeps all six backends; the clients have none.
    expect(await terminate(deployment)).toEqual({ terminated: 2, hasMore: true });
    expect(admin.instances().filter((i) => i.protectedFromTermination)).toHaveLength(6);
    deployment.muster.cloud.faults.script = undefined;
    expect(await terminate(deployment)).toEqual({ terminated: 6, hasMore: false });
  });

  it("and its answer is lost, the same is asked again", async () => {
    const deployment = await aDeployment("launched");
    failNext(deployment, "TerminateInstances", "lose-answer");
    expect(await terminate(deployment)).toEqual({ terminated: 8, hasMore: false });
  });
});

describe("terminate-nodes refuses", () => {
  it("malformed input", async () => {
    const deployment = await aDeployment("launched");
    await expectMalformedRefused(deployment, "terminate-nodes", [
      ...malformed(inputOf(deployment)),
      { how: "an unknown scope", input: { operation: deployment.operation, scope: "everything" } },
    ]);
  });

  it("an operation that does not hold the cluster", async () => {
    const deployment = await aDeployment("launched");
    await expectOthersRefused(deployment, "terminate-nodes", (operation) => inputOf({ operation }));
  });
});

describe("when AWS misbehaves, terminate-nodes", () => {
  it.each(["Query", "TransactWriteItems"])("says what is wrong with %s, and gets over it when it can", async (call) => {
    const deployment = await aDeployment("launched");
    const answer = await expectTroublesTold(deployment, "terminate-nodes", inputOf(deployment), call);
    expect(answer).toEqual({ terminated: 8, hasMore: false });
  });

  it.each(["DescribeInstances", "ModifyInstanceAttribute", "TerminateInstances"])(
    "fails when %s is throttled for ever, and ends everything when it is called again",
    async (operation) => {
      const deployment = await aDeployment("launched");
      failNext(deployment, operation, "throttle", { times: 10 * ATTEMPTS_MAX });
      await expect(terminate(deployment)).rejects.toMatchObject({ name: "AwsUnavailable" });
      deployment.muster.cloud.faults.script = undefined;
      await deployment.clock.advance(60_000);
      await terminate(deployment);
      expect(alive(deployment)).toEqual([]);
    },
  );
});
