import { stateOf } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment, setNodes, type Deployment } from "../testing/deployment.ts";
import {
  expectCancelledRefused,
  expectMalformedRefused,
  expectOthersRefused,
  malformed,
} from "../testing/expect-refused.ts";
import { expectTroublesTold } from "../testing/expect-troubles.ts";

const inputOf = ({ operation }: Pick<Deployment, "operation">) => ({ operation });
const check = (deployment: Deployment) => deployment.invoke("check-nodes", inputOf(deployment));
const UNKNOWN_INSTANCE = "i-0fffffffffffffff0";

/** The name of the first backend's instance after its hardware has died, and EC2 shows it. */
async function die(deployment: Deployment, as: "stopped" | "terminated"): Promise<string> {
  const instanceId = deployment.rows().nodes.find((node) => node.tier === "backend")?.instanceId ?? "";
  deployment.muster.cloud.ec2.admin.failHardware(instanceId, as);
  await deployment.clock.advance(5 * 60_000);
  return instanceId;
}

describe("check-nodes", () => {
  it("changes nothing when every node is there", async () => {
    const deployment = await aDeployment("active");
    const [before, said] = [await stateOf(deployment), deployment.rows().timeline.length];
    expect(await check(deployment)).toEqual({ lost: 0 });
    expect(await stateOf(deployment)).toEqual(before);
    expect(deployment.rows().timeline).toHaveLength(said);
  });

  it.each(["stopped", "terminated"] as const)("marks a node whose instance was %s, and says so", async (as) => {
    const deployment = await aDeployment("active");
    const instanceId = await die(deployment, as);
    expect(await check(deployment)).toEqual({ lost: 1 });
    const { nodes, timeline } = deployment.rows();
    expect(nodes.filter((node) => node.state === "lost")).toEqual([
      expect.objectContaining({ instanceId, note: expect.stringContaining(`its instance is ${as}`) }),
    ]);
    expect(nodes.filter((node) => node.state === "active")).toHaveLength(7);
    expect(timeline.at(-1)).toMatchObject({
      event: "nodes.lost",
      text: `Lost after their tier was whole: backend-00000 (${instanceId}).`,
      facts: { nodes: 1 },
    });
  });

  it("forgets what ran on the cluster as it was, so that it runs on the cluster as it will be", async () => {
    const deployment = await aDeployment("active");
    const { operation, store, clock } = deployment;
    const run = {
      cluster: "demo",
      tier: "backend",
      hook: "verify",
      operationId: operation.operationId,
      attempt: 3,
      state: "sent",
      commandIds: [],
      sentAt: clock.now(),
    } as const;
    await deployment.run(store.write(operation, [{ put: "hook-run", run }]));
    await check(deployment);
    expect(deployment.rows().hookRuns).toHaveLength(1);
    await die(deployment, "terminated");
    await check(deployment);
    expect(deployment.rows().hookRuns).toEqual([]);
  });

  it.each([
    { how: "for more than five minutes", ageMs: 6 * 60_000, lost: 1 },
    { how: "yet, moments after its launch", ageMs: 60_000, lost: 0 },
  ])("when EC2 does not show an instance $how, $lost nodes are lost", async ({ ageMs, lost }) => {
    const deployment = await aDeployment("active");
    const launchedAt = deployment.clock.now() - ageMs;
    await setNodes(
      deployment,
      (node) => (node.index === 1 ? { ...node, instanceId: UNKNOWN_INSTANCE, launchedAt } : node),
      "backend",
    );
    expect(await check(deployment)).toEqual({ lost });
    expect(deployment.rows().nodes.filter((node) => node.state === "lost")).toHaveLength(lost);
  });

  it("does not ask agents: a node whose agent is silent is there as long as its instance runs", async () => {
    const deployment = await aDeployment("active");
    const [node] = deployment.rows().nodes;
    deployment.muster.cloud.ec2.admin.failHardware(node?.instanceId ?? "", "silent");
    await deployment.clock.advance(10 * 60_000);
    expect(await check(deployment)).toEqual({ lost: 0 });
  });

  it("leaves a node alone that is on its way out", async () => {
    const deployment = await aDeployment("active");
    await die(deployment, "terminated");
    await setNodes(deployment, (node) => (node.index === 0 ? { ...node, state: "leaving" } : node), "backend");
    const before = await stateOf(deployment);
    expect(await check(deployment)).toEqual({ lost: 0 });
    expect(await stateOf(deployment)).toEqual(before);
  });

  it("called again says the same and changes nothing more", async () => {
    const deployment = await aDeployment("active");
    await die(deployment, "terminated");
    await check(deployment);
    const before = await stateOf(deployment);
    expect(await check(deployment)).toEqual({ lost: 1 });
    expect(await stateOf(deployment)).toEqual(before);
  });

  it("refuses malformed input, and operations that may not", async () => {
    const deployment = await aDeployment("active");
    await die(deployment, "terminated");
    await expectMalformedRefused(deployment, "check-nodes", malformed(inputOf(deployment)));
    await expectOthersRefused(deployment, "check-nodes", (operation) => inputOf({ operation }));
    await expectCancelledRefused(deployment, "check-nodes", inputOf(deployment));
  });

  it.each(["Query", "DescribeInstances", "TransactWriteItems"])(
    "says what is wrong with %s, and gets over it when it can",
    async (operation) => {
      const deployment = await aDeployment("active");
      await die(deployment, "terminated");
      expect(await expectTroublesTold(deployment, "check-nodes", inputOf(deployment), operation)).toEqual({ lost: 1 });
    },
  );
});
