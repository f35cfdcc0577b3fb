import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { createTestCloud, launchInput, type TestCloud } from "../testing/test-cloud.ts";

/** How many of `count` calls made at once get past throttling; what else they are refused with does not matter. */
async function admitted(cloud: TestCloud, count: number, call: (index: number) => Promise<unknown>): Promise<number> {
  const calls = Array.from({ length: count }, (_, index) =>
    call(index).then(
      () => true,
      (error: Error) => error.name !== "RequestLimitExceeded",
    ),
  );
  return (await cloud.clock.run(Promise.all(calls))).filter(Boolean).length;
}

const nobody = "i-00000000000000001";

describe("EC2's token buckets", () => {
  it.each([
    ["RunInstances", 5, 2, (cloud: TestCloud) => cloud.aws.send(new RunInstancesCommand(launchInput(cloud)))],
    [
      "RunInstances dry runs too",
      5,
      2,
      (cloud: TestCloud) => cloud.aws.send(new RunInstancesCommand(launchInput(cloud, { DryRun: true }))),
    ],
    [
      "TerminateInstances",
      100,
      5,
      (cloud: TestCloud) => cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: [nobody] })),
    ],
    [
      "CreateTags",
      100,
      10,
      (cloud: TestCloud) =>
        cloud.aws.send(new CreateTagsCommand({ Resources: [nobody], Tags: [{ Key: "a", Value: "b" }] })),
    ],
    [
      "DescribeInstances with a filter",
      100,
      20,
      (cloud: TestCloud) =>
        cloud.aws.send(new DescribeInstancesCommand({ Filters: [{ Name: "tag:a", Values: ["b"] }] })),
    ],
    [
      "DescribeInstances by page",
      100,
      20,
      (cloud: TestCloud) => cloud.aws.send(new DescribeInstancesCommand({ MaxResults: 5 })),
    ],
    ["DescribeInstances of everything", 50, 10, (cloud: TestCloud) => cloud.aws.send(new DescribeInstancesCommand({}))],
    ["DescribeSubnets", 100, 20, (cloud: TestCloud) => cloud.aws.send(new DescribeSubnetsCommand({}))],
    [
      "ModifyInstanceAttribute",
      50,
      5,
      (cloud: TestCloud) =>
        cloud.aws.send(new ModifyInstanceAttributeCommand({ InstanceId: nobody, DisableApiStop: { Value: false } })),
    ],
  ])("admit %s %i times at once and then %i times a second", async (_what, capacity, perSecond, call) => {
    const cloud = createTestCloud();
    expect(await admitted(cloud, capacity + 20, () => call(cloud))).toBe(capacity);
    await cloud.clock.advance(1_000);
    expect(await admitted(cloud, 30, () => call(cloud))).toBe(perSecond);
  });

  it("are shared by all actions that change something and have none of their own", async () => {
    const cloud = createTestCloud();
    const modify = () =>
      cloud.aws.send(new ModifyInstanceAttributeCommand({ InstanceId: nobody, DisableApiStop: { Value: false } }));
    const stop = () => cloud.aws.send(new StopInstancesCommand({ InstanceIds: [nobody] }));
    expect(await admitted(cloud, 60, (index) => (index % 2 === 0 ? modify() : stop()))).toBe(50);
  });

  it("launch 1,000 instances at once, and two a second after that", async () => {
    const cloud = createTestCloud();
    const run = (count: number) =>
      admitted(cloud, 1, () =>
        cloud.aws.send(new RunInstancesCommand(launchInput(cloud, { MinCount: count, MaxCount: count }))),
      );
    expect(await run(600)).toBe(1);
    expect(await run(400)).toBe(1);
    expect(await run(2)).toBe(0);
    await cloud.clock.advance(1_000);
    expect(await run(2)).toBe(1);
    expect(cloud.ec2.admin.instances()).toHaveLength(1_002);
  });

  it("do not charge a replay of a client token for instances", async () => {
    const cloud = createTestCloud();
    const input = launchInput(cloud, { MinCount: 900, MaxCount: 900, ClientToken: "t" });
    expect(await admitted(cloud, 2, () => cloud.aws.send(new RunInstancesCommand(input)))).toBe(2);
    expect(cloud.ec2.admin.instances()).toHaveLength(900);
  });

  it("can be switched off", async () => {
    const cloud = createTestCloud({ dials: { throttling: false } });
    expect(await admitted(cloud, 300, () => cloud.aws.send(new DescribeInstancesCommand({})))).toBe(300);
  });
});
