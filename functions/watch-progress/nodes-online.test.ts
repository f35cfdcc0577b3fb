import { failNext, stateOf } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { agentsOnline, aDeployment, setNodes, type Deployment } from "../testing/deployment.ts";

const waitForNodes = (deployment: Deployment, tier = "backend") =>
  deployment.wait({ kind: "nodes-online", operation: deployment.operation, tier });
const backends = ({ rows }: Deployment) => rows().nodes.filter((node) => node.tier === "backend");
const states = (deployment: Deployment) => [...new Set(backends(deployment).map((node) => node.state))];

describe("watch-progress, asked to wait until nodes are online,", () => {
  it("keeps the token and goes on waiting while they boot", async () => {
    const deployment = await aDeployment("launched");
    await deployment.clock.advance(60_000);
    const arn = await waitForNodes(deployment);
    expect(await deployment.execution(arn)).toMatchObject({ status: "RUNNING" });
    const { waits, clusters } = deployment.rows();
    expect(waits).toMatchObject([
      {
        kind: "nodes-online",
        tier: "backend",
        operationId: "demo.op",
        fence: 1,
        token: expect.stringMatching(/\S{20}/),
      },
    ]);
    expect((clusters[0]?.lease?.expiresAt ?? 0) - deployment.clock.now()).toBeGreaterThan(14 * 60_000);
  });

  it("answers at once when they are, and writes it down", async () => {
    const deployment = await aDeployment("launched");
    await agentsOnline(deployment);
    expect(await deployment.execution(await waitForNodes(deployment))).toMatchObject({
      status: "SUCCEEDED",
      output: { outcome: "online" },
    });
    expect(states(deployment)).toEqual(["online"]);
    expect(deployment.rows().waits).toEqual([]);
    expect(deployment.rows().operations[0]?.step).toBe("6 of 6 backend nodes are online");
    expect(deployment.rows().nodes.filter((node) => node.tier === "client" && node.state === "online")).toEqual([]);
  });

  it("says how many are, as they come", async () => {
    const online = [
      { share: 0.5, delayMs: { min: 1_000, max: 2_000 } },
      { share: 0.5, delayMs: { min: 600_000, max: 600_001 } },
    ];
    const deployment = await aDeployment("launched", { cloud: { ssm: { online } } });
    await deployment.clock.advance(3 * 60_000);
    const arn = await waitForNodes(deployment);
    const count = backends(deployment).filter((node) => node.state === "online").length;
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(6);
    expect(deployment.rows().operations[0]?.step).toBe(`${count} of 6 backend nodes are online`);
    expect(await deployment.execution(arn)).toMatchObject({ status: "RUNNING" });
  });

  it("counts from the first look, and answers the token of the last", async () => {
    const deployment = await aDeployment("launched");
    const first = await waitForNodes(deployment);
    const [before] = deployment.rows().waits;
    await agentsOnline(deployment);
    failNext(deployment, "DescribeInstances", "throttle", { times: 8 });
    const second = await waitForNodes(deployment);
    const [after] = deployment.rows().waits;
    expect(after?.since).toBe(before?.since);
    expect(after?.token).not.toBe(before?.token);
    await waitForNodes(deployment);
    expect(await deployment.execution(first)).toMatchObject({ status: "RUNNING" });
    expect((await deployment.execution(second)).status).not.toBe("SUCCEEDED");
  });

  it("looks no more at nodes that are members", async () => {
    const deployment = await aDeployment("active");
    deployment.muster.cloud.ec2.admin.failHardware(backends(deployment)[0]?.instanceId ?? "", "terminated");
    await deployment.clock.advance(5 * 60_000);
    expect(await deployment.execution(await waitForNodes(deployment))).toMatchObject({ output: { outcome: "online" } });
    expect(states(deployment)).toEqual(["active"]);
  });

  it.each([
    {
      how: "whose instance has ended",
      note: /^its instance is terminated/,
      make: async (deployment: Deployment, instanceId: string) => {
        deployment.muster.cloud.ec2.admin.failHardware(instanceId, "terminated");
        await deployment.clock.advance(5 * 60_000);
      },
    },
    {
      how: "whose agent has not answered for twenty minutes",
      note: /did not answer within 20 minutes/,
      make: async (deployment: Deployment, instanceId: string) => {
        const { admin } = deployment.muster.cloud.ec2;
        await deployment.until(() => admin.instance(instanceId)?.state === "running");
        admin.failHardware(instanceId, "silent");
        await deployment.clock.advance(21 * 60_000);
      },
    },
    {
      how: "that EC2 has not shown for five minutes",
      note: /^EC2 does not show its instance/,
      make: async (deployment: Deployment, instanceId: string) => {
        await agentsOnline(deployment);
        const launchedAt = deployment.clock.now() - 6 * 60_000;
        await setNodes(deployment, (node) =>
          node.instanceId === instanceId ? { ...node, instanceId: "i-0fffffffffffffff0", launchedAt } : node,
        );
      },
    },
  ])("gives up a node $how, and has it replaced", async ({ make, note }) => {
    const deployment = await aDeployment("launched");
    await make(deployment, backends(deployment)[0]?.instanceId ?? "");
    expect(await deployment.execution(await waitForNodes(deployment))).toMatchObject({
      status: "SUCCEEDED",
      output: { outcome: "relaunch" },
    });
    const lost = backends(deployment).filter((node) => node.state === "lost");
    expect(lost).toMatchObject([{ index: 0, note: expect.stringMatching(note) }]);
  });

  it("waits for a node that EC2 does not show yet, moments after its launch", async () => {
    const deployment = await aDeployment("launched", {
      cloud: { ec2: { describeLagMs: { min: 60_000, max: 60_000 } } },
    });
    expect(await deployment.execution(await waitForNodes(deployment))).toMatchObject({ status: "RUNNING" });
    expect(states(deployment)).toEqual(["booting"]);
  });

  it("fails the operation when agents are too old, and says which version is needed", async () => {
    const deployment = await aDeployment("launched", { cloud: { ssm: { agentVersion: "3.2.2303.0" } } });
    await agentsOnline(deployment);
    expect(await deployment.execution(await waitForNodes(deployment))).toMatchObject({
      status: "FAILED",
      error: "AgentTooOld",
      cause: expect.stringContaining("needs 3.3.2746.0"),
    });
  });

  it("does not wait for a tier that the cluster does not have", async () => {
    const deployment = await aDeployment("launched");
    const before = await stateOf(deployment);
    expect(await deployment.execution(await waitForNodes(deployment, "nobody"))).toMatchObject({
      status: "FAILED",
      cause: expect.stringContaining("no tier nobody"),
    });
    expect((await stateOf(deployment)).instances).toEqual(before.instances);
  });
});
