import type { HookRun } from "@muster/core";
import type { WorldOptions } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment, type Deployment } from "../testing/deployment.ts";

const waitForHook = (deployment: Deployment, hook = "prepare") =>
  deployment.wait({ kind: "hook", operation: deployment.operation, tier: "backend", hook });
const send = (deployment: Deployment, hook = "prepare") =>
  deployment.invoke("send-hook", { operation: deployment.operation, tier: "backend", hook });
const backends = ({ rows }: Deployment) => rows().nodes.filter((node) => node.tier === "backend");
const commandsOf = ({ muster }: Deployment) => muster.cloud.ssm.admin.commands();

/** Runs a hook to its command's end, and has it looked at; answers the workflow that waits for it. */
async function runHook(deployment: Deployment, hook = "prepare"): Promise<string> {
  await send(deployment, hook);
  await deployment.until(() => commandsOf(deployment).every((c) => c.state !== "Pending" && c.state !== "InProgress"));
  // Reads lag behind by some seconds.
  await deployment.clock.advance(5_000);
  return waitForHook(deployment, hook);
}

/** A deployment whose nodes are online and have their secret. */
async function readyForHooks(options: WorldOptions = {}): Promise<Deployment> {
  const deployment = await aDeployment("online", options);
  await deployment.invoke("create-credentials", { operation: deployment.operation });
  return deployment;
}

/** Makes mkfs fail, on the first so many nodes that try. */
function failing(times: number): WorldOptions {
  let left = times;
  return {
    weka: {
      fault: ({ argv }) =>
        argv[0] === "mkfs.ext4" && left-- > 0
          ? { exitCode: 1, stderr: "mkfs.ext4: /dev/nvme1n1 is apparently in use\n" }
          : undefined,
    },
  };
}

async function setRun({ store, run, operation, clock }: Deployment, change: Partial<HookRun>): Promise<void> {
  const row: HookRun = {
    cluster: "demo",
    tier: "backend",
    hook: "prepare",
    operationId: operation.operationId,
    attempt: 1,
    state: "sent",
    commandIds: [],
    sentAt: clock.now(),
    ...change,
  };
  await run(store.write(operation, [{ put: "hook-run", run: row }]));
}

describe("watch-progress, asked to wait for a hook,", () => {
  it("goes on waiting while its command runs, and says how many are done", async () => {
    const deployment = await readyForHooks();
    await send(deployment);
    const arn = await waitForHook(deployment);
    expect(await deployment.execution(arn)).toMatchObject({ status: "RUNNING" });
    expect(deployment.rows().waits).toMatchObject([
      { kind: "hook", hook: "prepare", commandId: commandsOf(deployment)[0]?.commandId },
    ]);
    expect(deployment.rows().operations[0]?.step).toBe("prepare: 0 of 6 backend nodes done");
  });

  it("answers when every node has done it, and writes that down for each", async () => {
    const deployment = await readyForHooks();
    expect(await deployment.execution(await runHook(deployment))).toMatchObject({
      status: "SUCCEEDED",
      output: { outcome: "done" },
    });
    expect(backends(deployment).map((node) => [node.hooksDone, node.isMember])).toEqual(
      Array.from({ length: 6 }, () => [["prepare"], false]),
    );
    expect(deployment.rows()).toMatchObject({ waits: [], hookRuns: [{ hook: "prepare", state: "done" }] });
    expect(deployment.rows().timeline.at(-1)).toMatchObject({
      event: "hook.done",
      text: "Hook prepare on tier backend, attempt 1: done on 6.",
    });
  });

  it("makes members of all nodes when one has formed the cluster", async () => {
    const deployment = await readyForHooks();
    await runHook(deployment);
    expect(await deployment.execution(await runHook(deployment, "form"))).toMatchObject({
      output: { outcome: "done" },
    });
    expect(deployment.rows().clusters[0]?.formed).toBe(true);
    expect(backends(deployment).map((node) => [node.hooksDone, node.isMember])).toEqual(
      Array.from({ length: 6 }, () => [["prepare", "form"], true]),
    );
    expect(deployment.rows().timeline.at(-1)?.facts).toMatchObject({ servers: 6 });
  });

  it("leaves a node out that came while the cluster was formed", async () => {
    const deployment = await readyForHooks();
    await runHook(deployment);
    await send(deployment, "form");
    const launchedAt = deployment.clock.now() + 60_000;
    const late = backends(deployment).at(-1);
    if (late === undefined) throw new Error("there are no backends");
    await deployment.run(
      deployment.store.write(deployment.operation, [{ put: "node", node: { ...late, launchedAt } }]),
    );
    await runHook(deployment, "form");
    expect(backends(deployment).map((node) => node.isMember)).toEqual([true, true, true, true, true, false]);
  });

  it("has it sent again to the nodes that failed, while it has attempts left", async () => {
    const deployment = await readyForHooks(failing(2));
    expect(await deployment.execution(await runHook(deployment))).toMatchObject({ output: { outcome: "again" } });
    expect(backends(deployment).filter((node) => node.hooksDone.includes("prepare"))).toHaveLength(4);
    expect(deployment.rows().hookRuns).toMatchObject([{ state: "failed", attempt: 1 }]);
    expect(deployment.rows().timeline.at(-1)).toMatchObject({ event: "hook.failed" });
    expect(await deployment.execution(await runHook(deployment))).toMatchObject({ output: { outcome: "done" } });
    expect(deployment.rows().hookRuns).toMatchObject([{ state: "done", attempt: 2 }]);
  });

  it("fails the operation when the last attempt failed, with what the node said", async () => {
    const deployment = await readyForHooks(failing(1_000));
    await setRun(deployment, { state: "failed", attempt: 2 });
    const arn = await runHook(deployment);
    const { status, error, cause } = await deployment.execution(arn);
    expect([status, error]).toEqual(["FAILED", "HookFailed"]);
    const [what, why, remedy] = (cause ?? "").split("\n");
    expect(what).toBe("Hook prepare failed on 6 backend nodes in 3 attempts.");
    expect(why).toContain("exited with an error");
    expect(why).toContain("apparently in use");
    expect(remedy).toMatch(/aws ssm get-command-invocation --command-id [0-9a-f-]{36} --instance-id i-[0-9a-f]{17}/);
  });

  it("fails the operation when a node says something that nobody knows, rather than guess", async () => {
    const deployment = await readyForHooks();
    await runHook(deployment);
    const commandIds = commandsOf(deployment).map((command) => command.commandId);
    await setRun(deployment, { hook: "verify", nodes: ["backend-00000"], commandIds });
    expect(await deployment.execution(await waitForHook(deployment, "verify"))).toMatchObject({
      status: "FAILED",
      error: "HookFailed",
      cause: expect.stringContaining("printed something that Muster does not know"),
    });
  });
});

describe("a node that dies while a hook runs", () => {
  it("is lost, and has to be replaced before the hook goes on", async () => {
    const deployment = await readyForHooks();
    await send(deployment);
    deployment.muster.cloud.ec2.admin.failHardware(backends(deployment)[2]?.instanceId ?? "", "terminated");
    await deployment.clock.advance(15 * 60_000);
    expect(await deployment.execution(await waitForHook(deployment))).toMatchObject({
      output: { outcome: "relaunch" },
    });
    const lost = backends(deployment).filter((node) => node.state === "lost");
    expect(lost).toMatchObject([{ index: 2, note: expect.stringContaining("while prepare was due or ran") }]);
    expect(backends(deployment).filter((node) => node.hooksDone.includes("prepare"))).toHaveLength(5);
  });

  it("is lost just the same when another one ran it for all", async () => {
    const deployment = await readyForHooks();
    await runHook(deployment);
    await send(deployment, "form");
    deployment.muster.cloud.ec2.admin.failHardware(backends(deployment)[5]?.instanceId ?? "", "terminated");
    expect(await deployment.execution(await runHook(deployment, "form"))).toMatchObject({
      output: { outcome: "relaunch" },
    });
    expect(
      backends(deployment)
        .map((node) => [node.state, node.isMember])
        .at(-1),
    ).toEqual(["lost", false]);
  });
});

describe("a hook whose run says", () => {
  it.each([
    { state: "done", outcome: "done" },
    { state: "failed", outcome: "again" },
    { state: "sending", outcome: "again" },
    { state: undefined, outcome: "again" },
  ] as const)("$state already is answered with $outcome, and nothing more is written", async ({ state, outcome }) => {
    const deployment = await aDeployment("online");
    if (state !== undefined) await setRun(deployment, { state });
    const { hookRuns, nodes } = deployment.rows();
    expect(await deployment.execution(await waitForHook(deployment))).toMatchObject({ output: { outcome } });
    expect(deployment.rows()).toMatchObject({ hookRuns, nodes, waits: [] });
  });
});
