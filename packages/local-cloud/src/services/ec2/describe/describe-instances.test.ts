import {
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  DescribeTagsCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type DescribeInstancesCommandInput,
  type Filter,
} from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { createTestCloud, launchInput, refusalOf, subnetOf, type TestCloud } from "../testing/test-cloud.ts";

type Input = Parameters<typeof launchInput>[1];

const tagged = (key: string, value: string): Input => ({
  TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: key, Value: value }] }],
});

async function launch(cloud: TestCloud, input: Input = {}): Promise<string[]> {
  const answer = await cloud.clock.run(cloud.aws.send(new RunInstancesCommand(launchInput(cloud, input))));
  return (answer.Instances ?? []).map((instance) => instance.InstanceId ?? "");
}

async function shown(cloud: TestCloud, input: DescribeInstancesCommandInput) {
  const answer = await cloud.clock.run(cloud.aws.send(new DescribeInstancesCommand(input)));
  return (answer.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
}

const byTag: DescribeInstancesCommandInput = { Filters: [{ Name: "tag:muster:cluster", Values: ["demo"] }] };

describe("eventual consistency", () => {
  it("shows a launch late: the tag filter finds nothing, the id is not found, and then both work", async () => {
    const cloud = createTestCloud({ dials: { describeLagMs: { min: 2_000, max: 2_000 } } });
    const [id = ""] = await launch(cloud, tagged("muster:cluster", "demo"));
    expect(await shown(cloud, byTag)).toEqual([]);
    expect((await refusalOf(cloud, cloud.aws.send(new DescribeInstancesCommand({ InstanceIds: [id] })))).code).toBe(
      "InvalidInstanceID.NotFound",
    );
    await cloud.clock.advance(2_000);
    expect((await shown(cloud, byTag)).map((instance) => instance.InstanceId)).toEqual([id]);
    expect((await shown(cloud, { InstanceIds: [id] }))[0]?.State?.Name).toBe("pending");
  });

  it("shows the event of a change before the change itself", async () => {
    const cloud = createTestCloud({ dials: { describeLagMs: { min: 3_000, max: 3_000 } } });
    const [id = ""] = await launch(cloud);
    await cloud.clock.advance(10_500);
    expect(cloud.events.at(-1)).toMatchObject({ detail: { "instance-id": id, state: "running" } });
    expect((await shown(cloud, { InstanceIds: [id] }))[0]?.State?.Name).toBe("pending");
    await cloud.clock.advance(3_000);
    expect((await shown(cloud, { InstanceIds: [id] }))[0]?.State?.Name).toBe("running");
  });

  it("never shows a state and then an earlier one, however the lag is drawn", async () => {
    const order = ["pending", "running", "shutting-down", "terminated"];
    const cloud = createTestCloud({
      dials: {
        describeLagMs: { min: 0, max: 20_000 },
        pendingMs: { min: 0, max: 2_000 },
        shuttingDownMs: { min: 0, max: 2_000 },
      },
    });
    const ids = await launch(cloud, { MaxCount: 30, ...tagged("muster:cluster", "demo") });
    await cloud.clock.advance(21_000);
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: ids })));
    const last = new Map<string, number>();
    for (let second = 0; second < 50; second++) {
      for (const instance of await shown(cloud, byTag)) {
        const rank = order.indexOf(instance.State?.Name ?? "");
        expect(rank).toBeGreaterThanOrEqual(last.get(instance.InstanceId ?? "") ?? 0);
        last.set(instance.InstanceId ?? "", rank);
      }
      await cloud.clock.advance(1_000);
    }
    expect([...last.values()]).toEqual(ids.map(() => 3));
  });

  it("shows a terminated instance for an hour, its tags for a part of it, and its network not at all", async () => {
    const cloud = createTestCloud();
    const [id = ""] = await launch(cloud, tagged("muster:cluster", "demo"));
    await cloud.clock.advance(20_000);
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(31_000);
    const [instance] = await shown(cloud, byTag);
    expect(instance).toMatchObject({ State: { Name: "terminated" }, NetworkInterfaces: [], PrivateDnsName: "" });
    expect(instance?.SubnetId).toBeUndefined();
    expect(instance?.StateReason?.Code).toBe("Client.UserInitiatedShutdown");
    expect(instance?.StateTransitionReason).toBe("User initiated (2026-11-20 12:00:20 GMT)");
    await cloud.clock.advance(1_800_000);
    expect(await shown(cloud, byTag)).toEqual([]);
    expect((await shown(cloud, { InstanceIds: [id] }))[0]?.Tags).toEqual([]);
    await cloud.clock.advance(1_800_000);
    expect(await shown(cloud, {})).toEqual([]);
    expect(cloud.ec2.admin.instances().map((facts) => facts.instanceId)).toEqual([id]);
  });

  it("fails a call that names an instance in a zone that is out, and not one that filters", async () => {
    const cloud = createTestCloud({ dials: { unreachableZones: ["us-east-1a"] } });
    const [id = ""] = await launch(cloud);
    const refusal = await refusalOf(cloud, cloud.aws.send(new DescribeInstancesCommand({ InstanceIds: [id] })));
    expect(refusal).toMatchObject({ code: "InternalError", status: 500 });
    expect(await shown(cloud, { Filters: [{ Name: "instance-id", Values: [id] }] })).toHaveLength(1);
  });
});

describe("filters", () => {
  const cases: readonly (readonly [string, Filter[], number])[] = [
    ["a tag's value", [{ Name: "tag:role", Values: ["backend"] }], 2],
    ["one of several values", [{ Name: "tag:role", Values: ["backend", "client"] }], 5],
    ["a wildcard", [{ Name: "tag:role", Values: ["*end"] }], 2],
    ["one character", [{ Name: "tag:role", Values: ["clien?"] }], 3],
    ["an escaped wildcard, which is none", [{ Name: "tag:role", Values: ["\\*end"] }], 0],
    ["case", [{ Name: "tag:role", Values: ["Backend"] }], 0],
    ["a key alone", [{ Name: "tag-key", Values: ["role"] }], 5],
    [
      "two filters at once",
      [
        { Name: "tag:role", Values: ["client"] },
        { Name: "instance-type", Values: ["m5.xlarge"] },
      ],
      1,
    ],
    ["the subnet", [{ Name: "subnet-id", Values: ["<b>"] }], 1],
    ["the state", [{ Name: "instance-state-name", Values: ["pending"] }], 5],
    ["the lifecycle", [{ Name: "instance-lifecycle", Values: ["spot"] }], 1],
  ];

  it.each(cases)("match by %s", async (_what, filters, count) => {
    const cloud = createTestCloud();
    await launch(cloud, { MaxCount: 2, ...tagged("role", "backend") });
    await launch(cloud, tagged("role", "client"));
    await launch(cloud, { ...tagged("role", "client"), InstanceType: "m5.xlarge", SubnetId: subnetOf(cloud, "b") });
    await launch(cloud, { ...tagged("role", "client"), InstanceMarketOptions: { MarketType: "spot" } });
    const resolved = filters.map((filter) => ({
      ...filter,
      Values: filter.Values?.map((value) => (value === "<b>" ? subnetOf(cloud, "b") : value)),
    }));
    expect(await shown(cloud, { Filters: resolved })).toHaveLength(count);
  });

  it("are refused when the operation does not have them", async () => {
    const cloud = createTestCloud();
    const call = cloud.aws.send(new DescribeInstancesCommand({ Filters: [{ Name: "colour", Values: ["red"] }] }));
    expect(await refusalOf(cloud, call)).toEqual({
      code: "InvalidParameterValue",
      status: 400,
      message: "The filter 'colour' is invalid",
    });
  });

  it("take 200 values and no more", async () => {
    const cloud = createTestCloud();
    const Values = Array.from({ length: 201 }, (_, index) => `v${index}`);
    const call = cloud.aws.send(new DescribeInstancesCommand({ Filters: [{ Name: "tag:role", Values }] }));
    expect((await refusalOf(cloud, call)).code).toBe("FilterLimitExceeded");
  });
});

describe("pages", () => {
  it("hold every instance once, while others come and go between them", async () => {
    const cloud = createTestCloud();
    const ids = await launch(cloud, { MaxCount: 23, ...tagged("muster:cluster", "demo") });
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const answer = await cloud.clock.run(
        cloud.aws.send(
          new DescribeInstancesCommand({ ...byTag, MaxResults: 5, ...(NextToken === undefined ? {} : { NextToken }) }),
        ),
      );
      seen.push(
        ...(answer.Reservations ?? []).flatMap((one) => (one.Instances ?? []).map((found) => found.InstanceId ?? "")),
      );
      NextToken = answer.NextToken;
      if (NextToken !== undefined) await launch(cloud, tagged("muster:cluster", "other"));
      await cloud.clock.advance(1_000);
    } while (NextToken !== undefined);
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  it.each([
    [
      "a page below 5",
      { MaxResults: 4 },
      "InvalidParameterValue",
      "Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.",
    ],
    [
      "a page above 1,000",
      { MaxResults: 1_001 },
      "InvalidParameterValue",
      "Value ( 1001 ) for parameter maxResults is invalid. Expecting a value smaller than or equal to 1000.",
    ],
    [
      "ids and a page",
      { InstanceIds: ["i-00000000000000001"], MaxResults: 5 },
      "InvalidParameterCombination",
      "The parameter instancesSet cannot be used with the parameter maxResults",
    ],
    ["a token that is none", { NextToken: "nonsense" }, "InvalidParameterValue", "The next token is not valid."],
  ])("refuse %s", async (_what, input, code, message) => {
    const cloud = createTestCloud();
    const refusal = await refusalOf(cloud, cloud.aws.send(new DescribeInstancesCommand(input)));
    expect(refusal).toEqual({ code, status: 400, message });
  });
});

const status = async (cloud: TestCloud, all: boolean) =>
  (
    await cloud.clock.run(cloud.aws.send(new DescribeInstanceStatusCommand({ IncludeAllInstances: all })))
  ).InstanceStatuses?.map((one) => [one.InstanceState?.Name, one.InstanceStatus?.Status]);

describe("DescribeInstanceStatus", () => {
  it("shows running instances, whose checks pass after some minutes, and all when asked", async () => {
    const cloud = createTestCloud();
    await launch(cloud);
    expect(await status(cloud, false)).toEqual([]);
    expect(await status(cloud, true)).toEqual([["pending", "not-applicable"]]);
    await cloud.clock.advance(20_000);
    expect(await status(cloud, false)).toEqual([["running", "initializing"]]);
    await cloud.clock.advance(300_000);
    expect(await status(cloud, false)).toEqual([["running", "ok"]]);
  });

  it("notices dead hardware minutes later, while the instance is still called running", async () => {
    const cloud = createTestCloud();
    const [id = ""] = await launch(cloud);
    await cloud.clock.advance(400_000);
    const before = cloud.events.length;
    cloud.ec2.admin.failHardware(id, "silent");
    expect(cloud.runtime.halted).toEqual([id]);
    expect(await status(cloud, false)).toEqual([["running", "ok"]]);
    await cloud.clock.advance(180_000);
    expect(await status(cloud, false)).toEqual([["running", "impaired"]]);
    expect(cloud.events).toHaveLength(before);
  });
});

describe("DescribeTags", () => {
  it("lists tags of resources that can be seen, by type and key", async () => {
    const cloud = createTestCloud();
    const [id = ""] = await launch(cloud, {
      TagSpecifications: [
        {
          ResourceType: "instance",
          Tags: [
            { Key: "a", Value: "1" },
            { Key: "b", Value: "2" },
          ],
        },
        { ResourceType: "volume", Tags: [{ Key: "a", Value: "1" }] },
      ],
    });
    const answer = await cloud.clock.run(
      cloud.aws.send(
        new DescribeTagsCommand({
          Filters: [
            { Name: "key", Values: ["a"] },
            { Name: "resource-type", Values: ["instance"] },
          ],
        }),
      ),
    );
    expect(answer.Tags).toEqual([{ ResourceId: id, ResourceType: "instance", Key: "a", Value: "1" }]);
  });
});
