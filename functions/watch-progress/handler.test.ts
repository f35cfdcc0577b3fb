import { awsError, failNext, stateOf } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { agentsOnline, aDeployment, setNodes, type Deployment } from "../testing/deployment.ts";
import { expectMalformedRefused, malformed } from "../testing/expect-refused.ts";
import { ATTEMPTS_MAX } from "../testing/expect-troubles.ts";
import { aFunctionWorld, type FunctionWorld } from "../testing/function-world.ts";

const envelope = { version: "0", id: "1", account: "000000000000", region: "us-east-1", time: "2026-01-01T00:00:00Z" };
const instanceEnding = (instanceId: string, state = "shutting-down") => ({
  ...envelope,
  source: "aws.ec2",
  "detail-type": "EC2 Instance State-change Notification",
  resources: [`arn:aws:ec2:us-east-1:000000000000:instance/${instanceId}`],
  detail: { "instance-id": instanceId, state },
});
const commandEnded = (commandId: string, status = "Success") => ({
  ...envelope,
  source: "aws.ssm",
  "detail-type": "EC2 Command Status-change Notification",
  resources: [],
  detail: { "command-id": commandId, "document-name": "muster-local-weka-prepare", status },
});
const about = (instanceId: string, detailType: string) => ({
  ...instanceEnding(instanceId),
  "detail-type": detailType,
  detail: { "instance-id": instanceId, "instance-action": "terminate" },
});
const healthOf = (affectedEntities: readonly object[]) => ({
  ...envelope,
  source: "aws.health",
  "detail-type": "AWS Health Event",
  detail: { service: "EC2", eventTypeCode: "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED", affectedEntities },
});
const NOBODY = { result: "nobody waits for it" };

const watch = (world: FunctionWorld, event: unknown) => world.invoke("watch-progress", event);
const waitForNodes = (deployment: Deployment, operation = deployment.operation) =>
  deployment.wait({ kind: "nodes-online", operation, tier: "backend" });
const firstBackend = ({ rows }: Deployment) => rows().nodes.find((node) => node.tier === "backend")?.instanceId ?? "";

/** A deployment that waits for its backends, which are all online by now: the next look answers. */
async function waiting(): Promise<Deployment & { readonly waiter: string }> {
  const deployment = await aDeployment("launched");
  const waiter = await waitForNodes(deployment);
  await agentsOnline(deployment);
  return { ...deployment, waiter };
}

/** What the dead-letter queue holds, as the events that were given up. */
async function deadLetters({ run, muster }: FunctionWorld): Promise<unknown[]> {
  const { kernel, user } = muster.cloud;
  const input = { QueueUrl: muster.manifest.queues[0]?.url, MaxNumberOfMessages: 10 };
  const answer = await run(kernel.call("sqs", "ReceiveMessage", input, user));
  return ((answer as { Messages?: { Body: string }[] }).Messages ?? []).map(({ Body }) => JSON.parse(Body) as unknown);
}

describe("an event wakes who waits", () => {
  it("for an instance: the cluster's rows say whose it is, a look says what is so", async () => {
    const deployment = await waiting();
    // The event says that it ends; EC2 says that it runs, and that is what counts.
    expect(await watch(deployment, instanceEnding(firstBackend(deployment)))).toEqual({ result: "online" });
    expect(await deployment.execution(deployment.waiter)).toMatchObject({ output: { outcome: "online" } });
  });

  it.each([
    { of: "a spot interruption", event: (id: string) => about(id, "EC2 Spot Instance Interruption Warning") },
    { of: "a rebalance recommendation", event: (id: string) => about(id, "EC2 Instance Rebalance Recommendation") },
    {
      of: "AWS Health, among others",
      event: (id: string) => healthOf([{ entityValue: "vol-1" }, { entityValue: "i-0unknown" }, { entityValue: id }]),
    },
  ])("for an instance that is about to end: $of", async ({ event }) => {
    const deployment = await waiting();
    expect(await watch(deployment, event(firstBackend(deployment)))).toMatchObject({
      result: expect.stringMatching(/online$/),
    });
    expect(await deployment.execution(deployment.waiter)).toMatchObject({ output: { outcome: "online" } });
  });

  it("for a command", async () => {
    const deployment = await aDeployment("online");
    const { operation } = deployment;
    await deployment.invoke("send-hook", { operation, tier: "backend", hook: "prepare" });
    const waiter = await deployment.wait({ kind: "hook", operation, tier: "backend", hook: "prepare" });
    const [command] = deployment.muster.cloud.ssm.admin.commands();
    await deployment.until(() => deployment.muster.cloud.ssm.admin.commands()[0]?.state === "Success");
    await deployment.clock.advance(5_000);
    expect(await watch(deployment, commandEnded(command?.commandId ?? ""))).toEqual({ result: "done" });
    expect(await deployment.execution(waiter)).toMatchObject({ output: { outcome: "done" } });
  });

  it("once: the same event again finds nobody, and changes nothing", async () => {
    const deployment = await waiting();
    const event = instanceEnding(firstBackend(deployment));
    await watch(deployment, event);
    const before = await stateOf(deployment);
    expect(await watch(deployment, event)).toEqual(NOBODY);
    expect(await stateOf(deployment)).toEqual(before);
  });

  it("and leaves it waiting when there is nothing to say yet", async () => {
    const deployment = await aDeployment("launched");
    const waiter = await waitForNodes(deployment);
    expect(await watch(deployment, instanceEnding(firstBackend(deployment)))).toEqual({ result: "still waiting" });
    expect(await deployment.execution(waiter)).toMatchObject({ status: "RUNNING" });
    expect(deployment.rows().waits).toHaveLength(1);
  });
});

describe("an event wakes nobody", () => {
  it.each([
    { what: "an instance that is nobody's", event: instanceEnding("i-0fffffffffffffff0") },
    { what: "a command that is nobody's", event: commandEnded("00000000-0000-0000-0000-000000000000") },
  ])("about $what", async ({ event }) => {
    const deployment = await waiting();
    const before = await stateOf(deployment);
    expect(await watch(deployment, event)).toEqual(NOBODY);
    expect(await stateOf(deployment)).toEqual(before);
  });

  it("while nothing waits", async () => {
    const deployment = await aDeployment("active");
    expect(await watch(deployment, instanceEnding(firstBackend(deployment)))).toEqual(NOBODY);
  });

  it("about an instance whose end is expected", async () => {
    const deployment = await waiting();
    await setNodes(deployment, (node) => ({ ...node, state: "leaving" }), "backend");
    await deployment.clock.advance(5_000);
    expect(await watch(deployment, instanceEnding(firstBackend(deployment)))).toEqual(NOBODY);
  });

  it("when the operation that waited has lost the cluster", async () => {
    const deployment = await waiting();
    const [operation] = deployment.rows().operations;
    if (operation === undefined) throw new Error("there is no operation");
    await deployment.run(deployment.store.abandon(operation, { endedAt: deployment.clock.now() }));
    const before = await stateOf(deployment);
    expect(await watch(deployment, instanceEnding(firstBackend(deployment)))).toEqual(NOBODY);
    expect(await stateOf(deployment)).toEqual(before);
  });

  it("whose workflow has ended: its token is stale, and that is no error", async () => {
    const deployment = await waiting();
    await deployment.stop(deployment.waiter);
    expect(await watch(deployment, instanceEnding(firstBackend(deployment)))).toEqual({
      result: "answered by another look",
    });
    expect(await deployment.execution(deployment.waiter)).toMatchObject({ status: "ABORTED" });
  });
});

describe("an event that watch-progress does not know", () => {
  it("is ignored, and the log names it", async () => {
    const logged: unknown[] = [];
    const info = (message: string, facts?: unknown) => void logged.push([message, facts]);
    const log = () => ({ info, warn: () => undefined, error: () => undefined });
    const world = await aFunctionWorld({ log });
    const event = { ...envelope, source: "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", detail: {} };
    expect(await watch(world, event)).toEqual({ result: "ignored" });
    expect(logged).toEqual([
      ["event ignored", { source: "aws.cloudwatch", detailType: "CloudWatch Alarm State Change" }],
    ]);
  });

  it.each([
    { how: "without an instance", event: { ...instanceEnding("x"), detail: { state: "stopping" } } },
    { how: "of another source", event: { ...instanceEnding("x"), source: "me" } },
    { how: "without a spot instance", event: { ...about("x", "EC2 Spot Instance Interruption Warning"), detail: {} } },
    { how: "with entities without a name", event: healthOf([{ status: "IMPAIRED" }]) },
    { how: "without a command", event: { ...commandEnded("x"), detail: { status: "Success" } } },
  ])("because it has another shape ($how) ends in the dead-letter queue after three attempts", async ({ event }) => {
    const world = await aFunctionWorld();
    await expect(watch(world, event)).rejects.toMatchObject({ name: "InputInvalid" });
    await world.send("watch-progress", event);
    await world.clock.advance(10 * 60_000);
    expect(await deadLetters(world)).toEqual([event]);
  });
});

describe("watch-progress refuses", () => {
  it("malformed requests of every kind", async () => {
    const deployment = await aDeployment("launched");
    const common = { token: "token", operation: deployment.operation };
    await expectMalformedRefused(deployment, "watch-progress", [
      ...malformed({ ...common, kind: "nodes-online", tier: "backend" }),
      ...malformed({ ...common, kind: "hook", tier: "backend", hook: "prepare" }),
      ...malformed({ ...common, kind: "nodes-gone", scope: "cluster" }),
      { how: "an unknown kind", input: { ...common, kind: "holiday" } },
      { how: "an unknown scope", input: { ...common, kind: "nodes-gone", scope: "everything" } },
    ]);
  });

  it.each([
    { how: "an older fence", change: { fence: 0 } },
    { how: "another name", change: { operationId: "demo.other" } },
    { how: "another cluster", change: { cluster: "nobody" } },
  ])("to wait for an operation that shows $how: its workflow is told", async ({ change }) => {
    const deployment = await aDeployment("launched");
    const before = await stateOf(deployment);
    const arn = await waitForNodes(deployment, { ...deployment.operation, ...change });
    expect(await deployment.execution(arn)).toMatchObject({ status: "FAILED", error: "LeaseLost" });
    expect((await stateOf(deployment)).rows).toEqual(before.rows);
  });

  it("to begin to wait for an operation that was cancelled", async () => {
    const deployment = await aDeployment("launched");
    await deployment.run(deployment.store.requestCancel("demo.op", "demo"));
    expect(await deployment.execution(await waitForNodes(deployment))).toMatchObject({
      status: "FAILED",
      error: "OperationCancelled",
    });
    expect(deployment.rows().waits).toEqual([]);
  });
});

describe("when AWS misbehaves, watch-progress", () => {
  it("and a look fails, the wait stays, and the next look answers", async () => {
    const deployment = await waiting();
    const event = instanceEnding(firstBackend(deployment));
    failNext(deployment, "DescribeInstances", "throttle", { times: ATTEMPTS_MAX });
    await expect(watch(deployment, event)).rejects.toMatchObject({ name: "AwsUnavailable" });
    expect(deployment.rows().waits).toHaveLength(1);
    expect(await watch(deployment, event)).toEqual({ result: "online" });
  });

  it("tells the workflow of a permission that is missing", async () => {
    const deployment = await waiting();
    failNext(deployment, "DescribeInstances", awsError("UnauthorizedOperation", "ec2:DescribeInstances", 403));
    expect(await watch(deployment, instanceEnding(firstBackend(deployment)))).toEqual({ result: "AwsAccessDenied" });
    expect(await deployment.execution(deployment.waiter)).toMatchObject({ status: "FAILED", error: "AwsAccessDenied" });
  });

  it("and Step Functions' answer is lost, the workflow has its answer all the same", async () => {
    const deployment = await waiting();
    failNext(deployment, "SendTaskSuccess", "lose-answer");
    await watch(deployment, instanceEnding(firstBackend(deployment)));
    expect(await deployment.execution(deployment.waiter)).toMatchObject({ output: { outcome: "online" } });
  });

  it("and cannot answer, the heartbeat's look finds everything done, and answers", async () => {
    const deployment = await waiting();
    failNext(deployment, "SendTaskSuccess", "throttle", { times: ATTEMPTS_MAX });
    await expect(watch(deployment, instanceEnding(firstBackend(deployment)))).rejects.toMatchObject({
      name: "AwsUnavailable",
    });
    expect(await deployment.execution(await waitForNodes(deployment))).toMatchObject({ output: { outcome: "online" } });
  });
});
