import type { HookRun } from "@muster/core";
import { awsError, exampleSpec, failNext, stateOf } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment, setNodes, type Deployment } from "../testing/deployment.ts";
import {
  expectCancelledRefused,
  expectMalformedRefused,
  expectOthersRefused,
  malformed,
} from "../testing/expect-refused.ts";
import { ATTEMPTS_MAX, expectTroublesTold } from "../testing/expect-troubles.ts";

const inputOf = ({ operation }: Pick<Deployment, "operation">, hook = "prepare", tier = "backend") => ({
  operation,
  tier,
  hook,
});
const send = (deployment: Deployment, hook = "prepare", tier = "backend") =>
  deployment.invoke("send-hook", inputOf(deployment, hook, tier));
const runs = (deployment: Deployment) => deployment.rows().hookRuns;
const nodesOf = (deployment: Deployment, tier = "backend") =>
  deployment.rows().nodes.filter((node) => node.tier === tier);

/** SSM's own record of what was sent, oldest first, when reads show it. */
async function sent({ run, clock, muster }: Deployment): Promise<readonly Record<string, unknown>[]> {
  await clock.advance(2_000);
  const { kernel, user } = muster.cloud;
  const { Commands } = (await run(kernel.call("ssm", "ListCommands", {}, user))) as {
    Commands: Record<string, unknown>[];
  };
  return Commands.toReversed();
}

describe("two invocations of send-hook at the same time", () => {
  it.each([1, 2, 3])("send one command (seed %i)", async (seed) => {
    const deployment = await aDeployment("online", { seed });
    await deployment.invokeTwice("send-hook", inputOf(deployment));
    expect(await send(deployment)).toEqual({ outcome: "sent" });
    expect(await sent(deployment)).toHaveLength(1);
  });
});

/** Rewrites a hook's row, as if it had come so far. */
async function setRun({ store, run, operation, clock }: Deployment, change: Partial<HookRun>): Promise<void> {
  const row: HookRun = {
    cluster: "demo",
    tier: "backend",
    hook: "prepare",
    operationId: operation.operationId,
    attempt: 1,
    state: "sending",
    commandIds: [],
    sentAt: clock.now(),
    ...change,
  };
  await run(store.write(operation, [{ put: "hook-run", run: row }]));
}

describe("send-hook", () => {
  it("sends a whole tier one command, by its tags", async () => {
    const deployment = await aDeployment("online");
    expect(await send(deployment)).toEqual({ outcome: "sent" });
    const [command, ...others] = await sent(deployment);
    expect(others).toEqual([]);
    expect(command).toMatchObject({
      DocumentName: "muster-local-weka-prepare",
      Comment: expect.stringMatching(/^prepare backend 1 demo\.op [0-9a-z]{6}$/),
      TargetCount: 6,
      MaxConcurrency: "100%",
      MaxErrors: "100%",
      Parameters: { region: ["us-east-1"], version: ["5.1.31"], tokenSecret: ["weka/token"] },
      Targets: [
        { Key: "tag:muster:stage", Values: ["local"] },
        { Key: "tag:muster:cluster", Values: ["demo"] },
        { Key: "tag:muster:tier", Values: ["backend"] },
      ],
    });
    expect(runs(deployment)).toMatchObject([
      { hook: "prepare", tier: "backend", attempt: 1, state: "sent", commandIds: [command?.["CommandId"]] },
    ]);
    expect(runs(deployment)[0]?.nodes).toBeUndefined();
    expect(deployment.rows().operations[0]?.step).toBe("prepare on 6 backend nodes");
  });

  it("sends what one node does for all to one node, and tells it where the others are", async () => {
    const deployment = await aDeployment("online");
    expect(await send(deployment, "form")).toEqual({ outcome: "sent" });
    const [first] = nodesOf(deployment);
    const addresses = nodesOf(deployment).map((node) => node.privateIp);
    expect(await sent(deployment)).toMatchObject([
      {
        InstanceIds: [first?.instanceId],
        Parameters: { addresses: [addresses.join(",")], adminSecret: ["muster/local/demo/admin-password"] },
      },
    ]);
    expect(runs(deployment)).toMatchObject([{ nodes: ["backend-00000"] }]);
  });

  it("sends the next attempt of that to another node", async () => {
    const deployment = await aDeployment("online");
    await setRun(deployment, { hook: "form", state: "failed", nodes: ["backend-00000"] });
    await send(deployment, "form");
    expect(await sent(deployment)).toMatchObject([{ InstanceIds: [nodesOf(deployment)[1]?.instanceId] }]);
    expect(runs(deployment)).toMatchObject([{ attempt: 2, state: "sent" }]);
    expect(deployment.rows().operations[0]?.step).toBe("form on 1 backend node, attempt 2");
  });

  it("sends another attempt only to the nodes that have not been through it", async () => {
    const deployment = await aDeployment("online");
    await setRun(deployment, { state: "failed" });
    await setNodes(deployment, (node) => (node.index < 4 ? { ...node, hooksDone: ["prepare"] } : node), "backend");
    await send(deployment);
    const left = nodesOf(deployment).slice(4);
    expect(await sent(deployment)).toMatchObject([{ InstanceIds: left.map((node) => node.instanceId) }]);
    expect(runs(deployment)).toMatchObject([{ attempt: 2, nodes: ["backend-00004", "backend-00005"] }]);
  });

  it("sends no secret, only where it is", async () => {
    const deployment = await aDeployment("online");
    await deployment.invoke("create-credentials", { operation: deployment.operation });
    for (const hook of ["prepare", "form", "verify"]) await send(deployment, hook);
    expect(deployment.secretSightings()).toEqual([]);
  });

  it.each([
    { why: "every node has been through it", change: { hooksDone: ["prepare"] } },
    { why: "no node is there for it", change: { state: "lost" as const } },
  ])("says that it is done when $why, and sends nothing", async ({ change }) => {
    const deployment = await aDeployment("online");
    await setNodes(deployment, (node) => ({ ...node, ...change }), "backend");
    const before = await stateOf(deployment);
    expect(await send(deployment)).toEqual({ outcome: "done" });
    expect(await stateOf(deployment)).toEqual(before);
  });

  it("does not make members of nodes that are", async () => {
    const deployment = await aDeployment("active");
    expect(await send(deployment, "join")).toEqual({ outcome: "done" });
    expect(await sent(deployment)).toEqual([]);
  });

  it("reaches every node of a tier of two types, however many there are", async () => {
    const { tiers } = exampleSpec();
    const client = { count: 504, instanceTypes: ["c5.2xlarge", "c5.4xlarge"] };
    const few = ({ instanceType }: { instanceType: string }) => (instanceType === "c5.2xlarge" ? 2 : 1_000);
    const deployment = await aDeployment("online", {
      spec: exampleSpec({ tiers: { ...tiers, client } }),
      cloud: { ec2: { capacity: few } },
    });
    await send(deployment, "mount", "client");
    const reached = deployment.muster.cloud.ssm.admin.commands().flatMap((command) => Object.keys(command.invocations));
    expect(reached.toSorted()).toEqual(
      nodesOf(deployment, "client")
        .map((node) => node.instanceId ?? "")
        .toSorted(),
    );
  });
});

describe("send-hook sends nothing twice", () => {
  it("when it is called again", async () => {
    const deployment = await aDeployment("online");
    await send(deployment);
    const before = await stateOf(deployment);
    expect(await send(deployment)).toEqual({ outcome: "sent" });
    expect(await stateOf(deployment)).toEqual(before);
  });

  it("when an invocation before this one died right after SSM had been asked", async () => {
    const deployment = await aDeployment("online");
    await send(deployment);
    const [command] = await sent(deployment);
    await setRun(deployment, { sentAt: runs(deployment)[0]?.sentAt ?? 0 });
    expect(await send(deployment)).toEqual({ outcome: "sent" });
    expect(await sent(deployment)).toHaveLength(1);
    expect(runs(deployment)).toMatchObject([{ state: "sent", commandIds: [command?.["CommandId"]] }]);
  });

  it.each([
    { how: "the whole tier", change: {}, count: 6 },
    { how: "part of it", change: { nodes: ["backend-00003"] }, count: 1 },
  ])("but sends to $how what an invocation before this one only meant to send", async ({ change, count }) => {
    const deployment = await aDeployment("online");
    await setRun(deployment, change);
    expect(await send(deployment)).toEqual({ outcome: "sent" });
    expect(await sent(deployment)).toMatchObject([
      { TargetCount: count, Comment: expect.stringMatching(/^prepare backend 1 demo\.op /) },
    ]);
  });

  it("but does not take the command of a run that is over for that of one which began a second after it", async () => {
    const deployment = await aDeployment("online");
    await send(deployment);
    const [first] = runs(deployment);
    await setRun(deployment, { sentAt: (first?.sentAt ?? 0) + 1_000 });
    expect(await send(deployment)).toEqual({ outcome: "sent" });
    expect(await sent(deployment)).toHaveLength(2);
    expect(runs(deployment)[0]?.commandIds).not.toEqual(first?.commandIds);
  });
});

describe("a node whose agent SSM does not know", () => {
  it("is left out, and the others of its attempt are sent to", async () => {
    const deployment = await aDeployment("online");
    await setRun(deployment, { state: "failed" });
    const gone = { instanceId: "i-0fffffffffffffff0" };
    await setNodes(
      deployment,
      (node) => ({ ...node, hooksDone: node.index < 4 ? ["prepare"] : [], ...(node.index === 5 ? gone : {}) }),
      "backend",
    );
    expect(await send(deployment)).toEqual({ outcome: "sent" });
    expect(await sent(deployment)).toMatchObject([{ InstanceIds: [nodesOf(deployment)[4]?.instanceId] }]);
  });
});

describe("send-hook refuses", () => {
  it("malformed input, and operations that may not", async () => {
    const deployment = await aDeployment("online");
    await expectMalformedRefused(deployment, "send-hook", malformed(inputOf(deployment)));
    await expectOthersRefused(deployment, "send-hook", (operation) => inputOf({ operation }));
    await expectCancelledRefused(deployment, "send-hook", inputOf(deployment));
  });

  it.each([
    { hook: "polish", tier: "backend", message: "no hook polish" },
    { hook: "prepare", tier: "nobody", message: "no tier nobody" },
  ])("hook $hook on tier $tier: there is none", async ({ hook, tier, message }) => {
    const deployment = await aDeployment("online");
    const before = await stateOf(deployment);
    await expect(send(deployment, hook, tier)).rejects.toThrow(message);
    expect(await stateOf(deployment)).toEqual(before);
  });
});

describe("when AWS misbehaves, send-hook", () => {
  it.each(["Query", "TransactWriteItems"])("says what is wrong with %s, and gets over it when it can", async (call) => {
    const deployment = await aDeployment("online");
    expect(await expectTroublesTold(deployment, "send-hook", inputOf(deployment), call)).toEqual({ outcome: "sent" });
    expect(await sent(deployment)).toHaveLength(1);
  });

  it.each([
    { trouble: "is throttled for ever", fault: "throttle", name: "AwsUnavailable" },
    {
      trouble: "is refused",
      fault: awsError("AccessDeniedException", "ssm:SendCommand", 403),
      name: "AwsAccessDenied",
    },
  ] as const)("and SendCommand $trouble, it says so, and sends when it is repeated", async ({ fault, name }) => {
    const deployment = await aDeployment("online");
    failNext(deployment, "SendCommand", fault, { times: fault === "throttle" ? ATTEMPTS_MAX : 1 });
    await expect(send(deployment)).rejects.toMatchObject({ name });
    expect(runs(deployment)).toMatchObject([{ state: "sending", commandIds: [] }]);
    expect(await send(deployment)).toEqual({ outcome: "sent" });
    expect(await sent(deployment)).toHaveLength(1);
  });

  it("and SendCommand's answer is lost, it sends once all the same", async () => {
    const deployment = await aDeployment("online");
    failNext(deployment, "SendCommand", "lose-answer");
    // Whether it arrived is for the repetition to find out, which comes at once here.
    await expect(send(deployment)).rejects.toMatchObject({ name: "AwsUnavailable" });
    expect(await send(deployment)).toEqual({ outcome: "sent" });
    expect(await sent(deployment)).toHaveLength(1);
    expect(runs(deployment)).toMatchObject([{ state: "sent" }]);
  });
});
