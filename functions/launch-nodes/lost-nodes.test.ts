import { awsError, failNext, stateOf } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment, setNodes, type Deployment } from "../testing/deployment.ts";
import {
  errorOf,
  expectCancelledRefused,
  expectMalformedRefused,
  expectOthersRefused,
  malformed,
} from "../testing/expect-refused.ts";
import { ATTEMPTS_MAX, expectTroublesTold } from "../testing/expect-troubles.ts";

const inputOf = ({ operation }: Pick<Deployment, "operation">, tier = "backend") => ({ operation, tier });
const launch = (deployment: Deployment) => deployment.invoke("launch-nodes", inputOf(deployment));
const nodesOf = (deployment: Deployment) => deployment.rows().nodes.filter((node) => node.tier === "backend");
const alive = async (deployment: Deployment) =>
  Object.entries((await stateOf(deployment)).instances).flatMap(([id, { isAlive }]) => (isAlive ? [id] : []));

/** Writes down that the first so many backends are lost; answers their instances. */
async function lose(deployment: Deployment, count: number): Promise<(string | undefined)[]> {
  await setNodes(
    deployment,
    (node) => (node.index < count ? { ...node, state: "lost", note: "its instance is stopped" } : node),
    "backend",
  );
  return nodesOf(deployment)
    .slice(0, count)
    .map((node) => node.instanceId);
}

describe("lost nodes", () => {
  it("are ended, protected as they are, and others take their places", async () => {
    const deployment = await aDeployment("online");
    const [lost] = await lose(deployment, 1);
    const hookRun = {
      cluster: "demo",
      tier: "backend",
      hook: "form",
      operationId: "demo.op",
      attempt: 1,
      state: "done",
      commandIds: [],
      sentAt: deployment.clock.now(),
    } as const;
    await deployment.run(deployment.store.write(deployment.operation, [{ put: "hook-run", run: hookRun }]));
    expect(await launch(deployment)).toMatchObject({ outcome: "filled" });
    expect(await alive(deployment)).not.toContain(lost);
    expect(await alive(deployment)).toHaveLength(8);
    const nodes = nodesOf(deployment);
    expect(nodes.map((node) => [node.index, node.state])).toEqual([
      [0, "booting"],
      ...[1, 2, 3, 4, 5].map((index) => [index, "online"]),
    ]);
    const { clusters, hookRuns, timeline } = deployment.rows();
    expect(clusters[0]?.tiers["backend"]).toMatchObject({ replaced: 1 });
    expect(hookRuns, "what ran on the tier as it was").toEqual([]);
    expect(timeline.find((entry) => entry.event === "nodes.replaced")?.text).toBe(
      "backend-00000: its instance is stopped; they were lost.",
    );
  });

  it("of which there are more than bad luck explains end the operation, and nothing is touched", async () => {
    const deployment = await aDeployment("online");
    await lose(deployment, 4);
    const before = await stateOf(deployment);
    await expect(launch(deployment)).rejects.toMatchObject({
      name: "NodesLost",
      message: expect.stringContaining("backend-00000: its instance is stopped"),
    });
    expect(await stateOf(deployment)).toEqual(before);
  });

  it("are counted over the whole operation", async () => {
    const deployment = await aDeployment("online");
    for (const count of [2, 1]) {
      await lose(deployment, count);
      await launch(deployment);
    }
    await lose(deployment, 1);
    await expect(launch(deployment)).rejects.toMatchObject({
      name: "NodesLost",
      message: expect.stringContaining("4 nodes of tier backend were lost"),
    });
  });

  it("keep their place until EC2 has taken their instance: none is forgotten", async () => {
    const deployment = await aDeployment("online");
    const [lost = ""] = await lose(deployment, 1);
    failNext(deployment, "TerminateInstances", awsError("OperationNotPermitted", `'${lost}' is protected.`), {
      times: 1_000,
    });
    await setNodes(deployment, (node) => ({ ...node, launchedAt: deployment.clock.now() }), "backend");
    expect(await launch(deployment)).toMatchObject({ outcome: "pause" });
    expect(nodesOf(deployment).map((node) => node.instanceId)).toContain(lost);
    expect(deployment.rows().timeline.map((entry) => entry.event)).not.toContain("nodes.replaced");
    deployment.muster.cloud.faults.script = undefined;
    expect(await launch(deployment)).toMatchObject({ outcome: "filled" });
    expect(await alive(deployment)).not.toContain(lost);
  });
});

describe("what EC2 refuses for good", () => {
  it("ends the operation with EC2's own reason, and no other candidate is tried", async () => {
    const deployment = await aDeployment("equipped");
    failNext(deployment, "RunInstances", awsError("InvalidParameterValue", "Value () for parameter x is invalid."));
    await expect(launch(deployment)).rejects.toMatchObject({
      name: "LaunchRefused",
      message: expect.stringContaining("InvalidParameterValue: Value () for parameter x is invalid."),
    });
    expect(deployment.rows().launches).toMatchObject([{ state: "failed", reason: { kind: "refused" } }]);
    expect(await alive(deployment)).toEqual([]);
    expect(await errorOf(deployment, "launch-nodes", inputOf(deployment)), "asked again").toBe("LaunchRefused");
  });

  it("because a permission is missing is told as that, and the ledger still knows what was asked", async () => {
    const deployment = await aDeployment("equipped");
    failNext(deployment, "RunInstances", awsError("UnauthorizedOperation", "You are not authorized.", 403));
    expect(await errorOf(deployment, "launch-nodes", inputOf(deployment))).toBe("AwsAccessDenied");
    expect(deployment.rows().launches).toMatchObject([{ state: "requested" }]);
    expect(await launch(deployment)).toMatchObject({ outcome: "filled" });
    expect(await alive(deployment)).toHaveLength(6);
  });
});

describe("launch-nodes refuses", () => {
  it("malformed input, and operations that may not", async () => {
    const deployment = await aDeployment("equipped");
    await expectMalformedRefused(deployment, "launch-nodes", malformed(inputOf(deployment)));
    await expectOthersRefused(deployment, "launch-nodes", (operation) => inputOf({ operation }));
    await expectCancelledRefused(deployment, "launch-nodes", inputOf(deployment));
  });

  it("a tier that the cluster does not have", async () => {
    const deployment = await aDeployment("equipped");
    const before = await stateOf(deployment);
    await expect(deployment.invoke("launch-nodes", inputOf(deployment, "nobody"))).rejects.toThrow("no tier nobody");
    expect(await stateOf(deployment)).toEqual(before);
  });
});

describe("when AWS misbehaves, launch-nodes", () => {
  it.each(["Query", "TransactWriteItems"])("says what is wrong with %s, and gets over it when it can", async (call) => {
    const deployment = await aDeployment("equipped");
    const answer = await expectTroublesTold(deployment, "launch-nodes", inputOf(deployment), call);
    expect(answer).toMatchObject({ outcome: "filled" });
    expect(await alive(deployment)).toHaveLength(6);
  });

  it("and RunInstances is throttled for ever, it fails, and goes on with the same token when it is repeated", async () => {
    const deployment = await aDeployment("equipped");
    failNext(deployment, "RunInstances", "throttle", { times: ATTEMPTS_MAX });
    expect(await errorOf(deployment, "launch-nodes", inputOf(deployment))).toBe("AwsUnavailable");
    const [asked] = deployment.rows().launches;
    expect(asked).toMatchObject({ state: "requested" });
    expect(await launch(deployment)).toMatchObject({ outcome: "filled" });
    expect(deployment.rows().launches).toMatchObject([{ launchId: asked?.launchId, state: "launched" }]);
  });
});
