import { awsError, exampleSpec, failNext, stateOf } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment, setNodes, type Deployment } from "../testing/deployment.ts";
import {
  errorOf,
  expectCancelledRefused,
  expectMalformedRefused,
  expectOthersRefused,
  malformed,
} from "../testing/expect-refused.ts";
import { expectTroublesTold } from "../testing/expect-troubles.ts";

const inputOf = ({ operation }: Pick<Deployment, "operation">, tier = "backend") => ({ operation, tier });
const activate = (deployment: Deployment, tier = "backend") =>
  deployment.invoke("activate-nodes", inputOf(deployment, tier));
const nodesOf = (deployment: Deployment, tier: string) => deployment.rows().nodes.filter((node) => node.tier === tier);
const alive = async (deployment: Deployment) =>
  Object.entries((await stateOf(deployment)).instances).flatMap(([id, { isAlive }]) => (isAlive ? [id] : []));

/** Takes a node's row away, as if its launch had come to light too late; answers the instance that has no place now. */
async function makeStray(deployment: Deployment, tier: string): Promise<string> {
  const [node] = nodesOf(deployment, tier);
  await deployment.run(deployment.store.write(deployment.operation, [{ drop: "node", tier, index: node?.index ?? 0 }]));
  return node?.instanceId ?? "";
}

describe("activate-nodes makes members of a tier's nodes", () => {
  it("that are online, and of no other tier's", async () => {
    const deployment = await aDeployment("online");
    expect(await activate(deployment)).toEqual({ active: 6 });
    expect(nodesOf(deployment, "backend").map((node) => node.state)).toEqual(Array(6).fill("active"));
    expect(nodesOf(deployment, "client").map((node) => node.state)).toEqual(["online", "online"]);
    const { clusters, operations, timeline } = deployment.rows();
    expect(clusters[0]?.tiers).toMatchObject({ backend: { desired: 6, active: 6 }, client: { desired: 2, active: 0 } });
    expect(operations[0]?.step).toBe("6 backend nodes are active");
    expect(timeline.at(-1)).toMatchObject({
      event: "tier.active",
      operationId: "demo.op",
      facts: { active: 6, strays: 0 },
    });
  });

  it.each(["lost", "booting", "leaving"] as const)("and leaves one that is %s as it is", async (state) => {
    const deployment = await aDeployment("online");
    await setNodes(deployment, (node) => (node.index === 2 ? { ...node, state } : node), "backend");
    expect(await activate(deployment)).toEqual({ active: 5 });
    expect(nodesOf(deployment, "backend").map((node) => node.state)).toContain(state);
    expect(deployment.rows().clusters[0]?.tiers["backend"]?.active).toBe(5);
  });

  it("and what ran while they were made is over: they are made members once, and verified anew", async () => {
    const deployment = await aDeployment("online");
    const { operation, store, run } = deployment;
    const hooks = { backend: ["prepare", "form", "verify"], client: ["mount"] } as const;
    const done = Object.entries(hooks).flatMap(([tier, names]) =>
      names.map(
        (hook) => ({ ...operation, tier, hook, attempt: 1, state: "done", commandIds: [], sentAt: 0 }) as const,
      ),
    );
    await run(
      store.write(operation, [
        { update: "cluster", set: { formed: true } },
        ...done.map(({ fence: _, ...row }) => ({ put: "hook-run", run: row }) as const),
      ]),
    );
    await setNodes(deployment, (node) => ({ ...node, hooksDone: ["prepare", "form"], isMember: true }), "backend");
    await activate(deployment);
    expect(deployment.rows().hookRuns.map(({ tier, hook }) => [tier, hook])).toEqual([["client", "mount"]]);
    const { hooks: again } = (await deployment.invoke("launch-nodes", inputOf(deployment))) as { hooks: string[] };
    const outcomes = [];
    for (const hook of again)
      outcomes.push([hook, await deployment.invoke("send-hook", { ...inputOf(deployment), hook })]);
    expect(outcomes).toEqual([
      ["prepare", { outcome: "done" }],
      ["join", { outcome: "done" }],
      ["verify", { outcome: "sent" }],
    ]);
  });

  it("once, however often it is called", async () => {
    const deployment = await aDeployment("online");
    await activate(deployment);
    const before = await stateOf(deployment);
    expect(await activate(deployment)).toEqual({ active: 6 });
    expect(await stateOf(deployment)).toEqual(before);
  });
});

describe("an instance of the tier that is no node's", () => {
  it("is ended, protected as it is, and no other", async () => {
    const deployment = await aDeployment("online");
    const stray = await makeStray(deployment, "backend");
    const before = await alive(deployment);
    expect(await activate(deployment)).toEqual({ active: 5 });
    expect(await alive(deployment)).toEqual(before.filter((id) => id !== stray));
    expect(deployment.rows().timeline.at(-1)?.facts).toEqual({ active: 5, strays: 1 });
    await deployment.clock.advance(5_000);
    await activate(deployment);
    expect(deployment.rows().timeline.at(-1)?.facts, "on its way out").toEqual({ active: 5, strays: 0 });
  });

  it("is left alone when it is of another tier", async () => {
    const deployment = await aDeployment("online");
    await makeStray(deployment, "client");
    const before = await alive(deployment);
    await activate(deployment);
    expect(await alive(deployment)).toEqual(before);
  });

  it("is ended when it is a spot instance, whose protection cannot even be lifted", async () => {
    const { tiers } = exampleSpec();
    const client = { count: 2, instanceTypes: ["c5.2xlarge"], purchase: "spot" };
    const deployment = await aDeployment("online", { spec: exampleSpec({ tiers: { ...tiers, client } }) });
    const stray = await makeStray(deployment, "client");
    expect(await activate(deployment, "client")).toEqual({ active: 1 });
    expect(await alive(deployment)).not.toContain(stray);
  });

  it("that EC2 does not end keeps everybody waiting: the step fails, and ends it when it is repeated", async () => {
    const deployment = await aDeployment("online");
    const stray = await makeStray(deployment, "backend");
    const refusal = awsError("OperationNotPermitted", `The instance '${stray}' may not be terminated.`);
    failNext(deployment, "TerminateInstances", refusal, { times: 100 });
    await expect(activate(deployment)).rejects.toMatchObject({
      name: "AwsUnavailable",
      message: expect.stringContaining(stray),
    });
    expect(nodesOf(deployment, "backend").map((node) => node.state)).toEqual(Array(5).fill("online"));
    deployment.muster.cloud.faults.script = undefined;
    expect(await activate(deployment)).toEqual({ active: 5 });
    expect(await alive(deployment)).not.toContain(stray);
  });
});

describe("activate-nodes refuses", () => {
  it("malformed input", async () => {
    const deployment = await aDeployment("online");
    await expectMalformedRefused(deployment, "activate-nodes", malformed(inputOf(deployment)));
  });

  it("a tier that the cluster does not have", async () => {
    const deployment = await aDeployment("online");
    const before = await stateOf(deployment);
    await expect(activate(deployment, "nobody")).rejects.toThrow("no tier nobody");
    expect(await stateOf(deployment)).toEqual(before);
  });

  it("an operation that does not hold the cluster, or was cancelled", async () => {
    const deployment = await aDeployment("online");
    await expectOthersRefused(deployment, "activate-nodes", (operation) => inputOf({ operation }));
    await expectCancelledRefused(deployment, "activate-nodes", inputOf(deployment));
  });
});

describe("when AWS misbehaves, activate-nodes", () => {
  it.each(["Query", "DescribeInstances"])(
    "says what is wrong with %s, and gets over it when it can",
    async (operation) => {
      const deployment = await aDeployment("online");
      expect(await expectTroublesTold(deployment, "activate-nodes", inputOf(deployment), operation)).toEqual({
        active: 6,
      });
    },
  );

  it("activates nobody when its write is throttled for ever", async () => {
    const deployment = await aDeployment("online");
    const before = await stateOf(deployment);
    failNext(deployment, "TransactWriteItems", "throttle", { times: 8 });
    expect(await errorOf(deployment, "activate-nodes", inputOf(deployment))).toBe("AwsUnavailable");
    expect(await stateOf(deployment)).toEqual(before);
  });
});
