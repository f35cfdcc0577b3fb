import { aWorld, exampleSpec } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { expectReady } from "./expect-settled.ts";

describe("events change nothing but latency", () => {
  it("when every one is lost", async () => {
    const world = await aWorld({ cloud: { events: { lost: 1 } } });
    expectReady(world, await world.deploy(exampleSpec()));
    expect((await world.destroy("demo")).status).toBe("succeeded");
  });

  it.each([1, 2, 3])("when every one comes twice and out of order (seed %i)", async (seed) => {
    const world = await aWorld({ seed, cloud: { events: { doubledSameId: 1, doubledNewId: 1, reordered: 0.5 } } });
    expectReady(world, await world.deploy(exampleSpec()));
    expect((await world.destroy("demo")).status).toBe("succeeded");
  });

  it("when one is forged: a look finds that nothing has changed", async () => {
    const world = await aWorld();
    const { id } = await world.run(world.api.deploy(exampleSpec()));
    await world.until(() => world.rows().nodes.some((node) => node.state === "online"));
    for (const node of world.rows().nodes) {
      world.muster.cloud.events.emit({
        source: "aws.ec2",
        "detail-type": "EC2 Instance State-change Notification",
        resources: [],
        detail: { "instance-id": node.instanceId, state: "shutting-down" },
      });
    }
    expectReady(world, await world.ended(id));
    expect(world.muster.cloud.ec2.admin.instances()).toHaveLength(8);
  });

  it("when one is malformed, it ends in the dead-letter queue, and an unknown one is ignored", async () => {
    const world = await aWorld();
    const { cloud } = world.muster;
    cloud.events.emit({
      source: "aws.ec2",
      "detail-type": "EC2 Instance State-change Notification",
      resources: [],
      detail: { state: "stopping" },
    });
    cloud.events.emit({
      source: "aws.ec2",
      "detail-type": "EC2 Spot Instance Interruption Warning",
      resources: [],
      detail: { "instance-id": "i-1" },
    });
    await world.clock.advance(24 * 3_600_000);
    const [queue] = world.muster.manifest.queues;
    const answer = (await world.run(
      cloud.kernel.call("sqs", "ReceiveMessage", { QueueUrl: queue?.url, MaxNumberOfMessages: 10 }, cloud.user),
    )) as { Messages?: { Body?: string }[] };
    expect(answer.Messages?.map((message) => JSON.parse(message.Body ?? "{}"))).toEqual([
      expect.objectContaining({ detail: { state: "stopping" } }),
    ]);
  });
});
