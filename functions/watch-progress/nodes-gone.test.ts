import type { Launch, RemovalScope } from "@muster/core";
import { describe, expect, it } from "vitest";
import { aDeployment, destroying, type Deployment } from "../testing/deployment.ts";

const waitUntilGone = (deployment: Deployment, scope: RemovalScope = "cluster") =>
  deployment.wait({ kind: "nodes-gone", operation: deployment.operation, scope });
/** Ends everything, and waits until EC2's list says so too. */
async function terminate(deployment: Deployment): Promise<void> {
  await deployment.invoke("terminate-nodes", { operation: deployment.operation, scope: "cluster" });
  await deployment.clock.advance(4_000);
}
const leftovers = ({ muster }: Deployment) => muster.cloud.ec2.admin.leftovers({ key: "muster:cluster" });

/** Something that carries the cluster's tags, and that no instance uses: left behind by one that died half way. */
async function anInterface({ run, muster }: Deployment, tags: Readonly<Record<string, string>>): Promise<string> {
  const { kernel, user, ec2 } = muster.cloud;
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const input = {
    SubnetId: ec2.admin.interfaces()[0]?.subnetId,
    TagSpecifications: [{ ResourceType: "network-interface", Tags }],
  };
  const made = await run(kernel.call("ec2", "CreateNetworkInterface", input, user));
  return (made as { NetworkInterface: { NetworkInterfaceId: string } }).NetworkInterface.NetworkInterfaceId;
}

const OWN = { "muster:stage": "local", "muster:cluster": "demo", "muster:operation": "demo.op" };
const hasInterface = ({ muster }: Deployment, id: string) =>
  muster.cloud.ec2.admin.interfaces().some((face) => face.interfaceId === id);

describe("watch-progress, asked to wait until nodes are gone,", () => {
  it("goes on waiting while instances end, and says what is left", async () => {
    const deployment = await aDeployment("launched");
    await terminate(deployment);
    const arn = await waitUntilGone(deployment);
    expect(await deployment.execution(arn)).toMatchObject({ status: "RUNNING" });
    expect(deployment.rows().operations[0]?.step).toMatch(
      /^Waiting until \d instances, \d+ interfaces, \d+ volumes are gone$/,
    );
  });

  it("answers when they are gone with their interfaces and volumes", async () => {
    const deployment = await aDeployment("launched");
    await terminate(deployment);
    await deployment.clock.advance(5 * 60_000);
    expect(leftovers(deployment)).toEqual([]);
    expect(await deployment.execution(await waitUntilGone(deployment))).toMatchObject({
      status: "SUCCEEDED",
      output: { outcome: "gone" },
    });
    expect(deployment.rows().waits).toEqual([]);
  });

  it("has instances ended again that live, and should not", async () => {
    const deployment = await aDeployment("launched");
    expect(await deployment.execution(await waitUntilGone(deployment))).toMatchObject({ output: { outcome: "again" } });
    expect(deployment.muster.cloud.ec2.admin.instances().filter((i) => i.state === "shutting-down")).toEqual([]);
  });

  it("goes on when the operation was cancelled, once it puts things back", async () => {
    const deployment = await aDeployment("launched");
    await deployment.run(deployment.store.requestCancel("demo.op", "demo"));
    await terminate(deployment);
    await deployment.clock.advance(5 * 60_000);
    expect(await deployment.execution(await waitUntilGone(deployment))).toMatchObject({ output: { outcome: "gone" } });
  });

  it("counts only what the operation launched, when that is its scope", async () => {
    const destruction = await destroying(await aDeployment("launched"));
    expect(await destruction.execution(await waitUntilGone(destruction, "operation"))).toMatchObject({
      output: { outcome: "gone" },
    });
    expect(await destruction.execution(await waitUntilGone(destruction, "cluster"))).toMatchObject({
      output: { outcome: "again" },
    });
  });
});

describe("an interface that is left behind", () => {
  it("is deleted when it has had three minutes to go by itself, and is free", async () => {
    const deployment = await aDeployment("launched");
    const [id, other] = [
      await anInterface(deployment, OWN),
      await anInterface(deployment, { ...OWN, "muster:cluster": "x" }),
    ];
    await terminate(deployment);
    await deployment.clock.advance(5 * 60_000);
    const first = await waitUntilGone(deployment);
    expect(hasInterface(deployment, id), "too early").toBe(true);
    await deployment.clock.advance(3 * 60_000);
    await waitUntilGone(deployment);
    expect(hasInterface(deployment, id)).toBe(false);
    expect(hasInterface(deployment, other), "another cluster's").toBe(true);
    expect(await deployment.execution(await waitUntilGone(deployment))).toMatchObject({ output: { outcome: "gone" } });
    expect(await deployment.execution(first)).toMatchObject({ status: "RUNNING" });
  });
});

describe("a launch that nobody has an answer of", () => {
  it("is waited for as long as EC2 may still come up with its instances", async () => {
    const deployment = await aDeployment("checked");
    const launch: Launch = {
      cluster: "demo",
      launchId: "UNANSWERED",
      operationId: "demo.op",
      tier: "backend",
      state: "requested",
      indexes: [0],
      instanceType: "i3en.2xlarge",
      imageId: "ami-1",
      subnetId: "subnet-1",
      availabilityZone: "us-east-1a",
      purchase: "on-demand",
      isPartialFine: false,
      cameShort: false,
      requestedAt: deployment.clock.now(),
    };
    await deployment.run(deployment.store.write(deployment.operation, [{ put: "launch", launch }]));
    expect(await deployment.execution(await waitUntilGone(deployment, "operation"))).toMatchObject({
      status: "RUNNING",
    });
    await deployment.clock.advance(5 * 60_000);
    expect(await deployment.execution(await waitUntilGone(deployment, "operation"))).toMatchObject({
      output: { outcome: "gone" },
    });
  });
});

describe("a removal that does not come to an end", () => {
  it("fails the operation after an hour, with what is left and how to see it", async () => {
    const deployment = await aDeployment("launched", {
      cloud: { ec2: { shuttingDownMs: { min: 7_200_000, max: 7_200_000 } } },
    });
    await terminate(deployment);
    await waitUntilGone(deployment);
    await deployment.clock.advance(59 * 60_000);
    expect(await deployment.execution(await waitUntilGone(deployment)), "within the hour").toMatchObject({
      status: "RUNNING",
    });
    await deployment.clock.advance(2 * 60_000);
    expect(await deployment.execution(await waitUntilGone(deployment))).toMatchObject({
      status: "FAILED",
      error: "RemovalIncomplete",
      cause: expect.stringMatching(/There are still 8 instances[\s\S]*Name=tag:muster:cluster,Values=demo/),
    });
  });
});
