import { RunInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { createTestCloud, launchInput, refusalOf, subnetOf, type TestCloud } from "../testing/test-cloud.ts";

type Input = Parameters<typeof launchInput>[1];

const run = (cloud: TestCloud, input: Input = {}) =>
  cloud.clock.run(cloud.aws.send(new RunInstancesCommand(launchInput(cloud, input))));

const idsOf = (answer: { Instances?: { InstanceId?: string | undefined }[] | undefined }) =>
  (answer.Instances ?? []).map((instance) => instance.InstanceId ?? "");

const refused = (cloud: TestCloud, input: Input) =>
  refusalOf(cloud, cloud.aws.send(new RunInstancesCommand(launchInput(cloud, input))));

describe("client tokens", () => {
  it("make a second identical request answer with the first one's instances, as they are now", async () => {
    const cloud = createTestCloud();
    const first = await run(cloud, { MinCount: 2, MaxCount: 2, ClientToken: "t" });
    await cloud.clock.advance(15_000);
    const second = await run(cloud, { ClientToken: "t", MaxCount: 2, MinCount: 2 });
    expect(second.ReservationId).toBe(first.ReservationId);
    expect(idsOf(second)).toEqual(idsOf(first));
    expect(second.Instances?.map((instance) => instance.State?.Name)).toEqual(["running", "running"]);
    expect(cloud.ec2.admin.instances()).toHaveLength(2);
  });

  it("are zonal: the same token launches again in another zone", async () => {
    const cloud = createTestCloud();
    const a = idsOf(await run(cloud, { ClientToken: "t" }));
    const b = idsOf(await run(cloud, { ClientToken: "t", SubnetId: subnetOf(cloud, "b") }));
    expect(b).not.toEqual(a);
    expect(idsOf(await run(cloud, { ClientToken: "t" }))).toEqual(a);
    expect(cloud.ec2.admin.instances()).toHaveLength(2);
  });

  it("are regional when the request names no zone", async () => {
    const cloud = createTestCloud();
    const first = idsOf(await run(cloud, { ClientToken: "t", SubnetId: undefined }));
    expect(idsOf(await run(cloud, { ClientToken: "t", SubnetId: undefined }))).toEqual(first);
    expect(idsOf(await run(cloud, { ClientToken: "t" }))).not.toEqual(first);
  });

  it("are not spent by a launch that failed", async () => {
    const cloud = createTestCloud();
    const pool = { instanceType: "m5.large", zone: "us-east-1a", market: "on-demand" } as const;
    cloud.ec2.admin.setCapacity(pool, 0);
    expect((await refused(cloud, { ClientToken: "t" })).code).toBe("InsufficientInstanceCapacity");
    cloud.ec2.admin.setCapacity(pool, undefined);
    expect((await run(cloud, { ClientToken: "t" })).Instances).toHaveLength(1);
  });

  it("refuse a retry that turns spot into on-demand", async () => {
    const cloud = createTestCloud();
    await run(cloud, { ClientToken: "t", InstanceMarketOptions: { MarketType: "spot" } });
    expect((await refused(cloud, { ClientToken: "t" })).code).toBe("IdempotentParameterMismatch");
  });

  it("answer as long as one of their instances lives, and are forgotten a day after the last", async () => {
    const cloud = createTestCloud();
    const ids = idsOf(await run(cloud, { ClientToken: "t", MinCount: 2, MaxCount: 2 }));
    const again = { ClientToken: "t", MinCount: 2, MaxCount: 2 };
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: ids.slice(0, 1) })));
    await cloud.clock.advance(60_000);
    expect((await run(cloud, again)).Instances?.map((instance) => instance.State?.Name)).toEqual([
      "terminated",
      "running",
    ]);
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: ids.slice(1) })));
    await cloud.clock.advance(60_000);
    expect((await refused(cloud, again)).code).toBe("IdempotentInstanceTerminated");
    await cloud.clock.advance(86_400_000);
    expect((await run(cloud, again)).Instances?.map((instance) => instance.State?.Name)).toEqual([
      "pending",
      "pending",
    ]);
  });

  it.each([
    ["longer than 64 characters", "t".repeat(65)],
    ["not ASCII", "é"],
  ])("are refused when they are %s", async (_what, ClientToken) => {
    const cloud = createTestCloud();
    expect((await refused(cloud, { ClientToken })).code).toBe("InvalidParameterValue");
  });
});
