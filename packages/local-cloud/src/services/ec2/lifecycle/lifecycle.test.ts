import { RunInstancesCommand, StopInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { createTestCloud, launchInput, subnetOf, type TestCloud } from "../testing/test-cloud.ts";

type Input = Parameters<typeof launchInput>[1];

async function launch(cloud: TestCloud, input: Input = {}): Promise<string> {
  const answer = await cloud.clock.run(cloud.aws.send(new RunInstancesCommand(launchInput(cloud, input))));
  return answer.Instances?.[0]?.InstanceId ?? "";
}

const history = (cloud: TestCloud) =>
  cloud.events
    .filter((event) => event.type === "EC2 Instance State-change Notification")
    .map((event) => [event.at, event.detail["state"]]);

describe("an instance's life", () => {
  it("goes from pending to terminated in its time, with an event for each state", async () => {
    const cloud = createTestCloud();
    const id = await launch(cloud);
    await cloud.clock.advance(20_000);
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(60_000);
    expect(history(cloud)).toEqual([
      [0, "pending"],
      [10_000, "running"],
      [20_000, "shutting-down"],
      [50_000, "terminated"],
    ]);
    expect(cloud.ec2.admin.instance(id)).toMatchObject({ interfaceIds: [], volumeIds: [], guestUp: false });
    expect(cloud.events[1]).toMatchObject({
      resources: [`arn:aws:ec2:us-east-1:123456789012:instance/${id}`],
      detail: { "instance-id": id, state: "running" },
    });
  });

  it("boots the machine with what the launch gave it", async () => {
    const cloud = createTestCloud();
    const id = await launch(cloud, {
      InstanceType: "i3en.2xlarge",
      IamInstanceProfile: { Name: "muster-node" },
      NetworkInterfaces: [0, 1].map((DeviceIndex) => ({ DeviceIndex, SubnetId: subnetOf(cloud, "a") })),
      BlockDeviceMappings: [{ DeviceName: "/dev/sdp", Ebs: { VolumeSize: 48, VolumeType: "gp3" } }],
      TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "muster:tier", Value: "backend" }] }],
    });
    expect(cloud.runtime.booted).toEqual([]);
    await cloud.clock.advance(10_500);
    expect(cloud.runtime.booted).toEqual([
      {
        instanceId: id,
        instanceType: "i3en.2xlarge",
        region: "us-east-1",
        availabilityZone: "us-east-1a",
        privateIp: "172.31.0.4",
        hostname: "ip-172-31-0-4.ec2.internal",
        interfaces: [
          expect.objectContaining({ deviceIndex: 0, privateIp: "172.31.0.4" }),
          expect.objectContaining({ deviceIndex: 1, privateIp: "172.31.0.5" }),
        ],
        volumes: [
          expect.objectContaining({ deviceName: "/dev/xvda", sizeGiB: 8 }),
          expect.objectContaining({ deviceName: "/dev/sdp", sizeGiB: 48 }),
        ],
        disks: [
          { path: "/dev/nvme1n1", sizeGb: 2_500 },
          { path: "/dev/nvme2n1", sizeGb: 2_500 },
        ],
        tags: { "muster:tier": "backend" },
        roleArn: "arn:aws:iam::123456789012:role/muster-node",
      },
    ]);
  });

  it("ends before it ran when it is terminated while pending: nothing is booted", async () => {
    const cloud = createTestCloud();
    const id = await launch(cloud);
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(60_000);
    expect(cloud.runtime.booted).toEqual([]);
    expect(cloud.runtime.halted).toEqual([]);
    expect(history(cloud).map(([, state]) => state)).toEqual(["pending", "shutting-down", "terminated"]);
  });

  it("may be terminated while it is stopping, once", async () => {
    const cloud = createTestCloud();
    const id = await launch(cloud);
    await cloud.clock.advance(20_000);
    await cloud.clock.run(cloud.aws.send(new StopInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(5_000);
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(120_000);
    expect(history(cloud).map(([, state]) => state)).toEqual([
      "pending",
      "running",
      "stopping",
      "shutting-down",
      "terminated",
    ]);
    expect(cloud.ec2.admin.vCpusInUse("L-1216C47A")).toBe(0);
  });

  it("takes bare metal longer to boot", async () => {
    const cloud = createTestCloud();
    await launch(cloud, { InstanceType: "m5.metal" });
    await cloud.clock.advance(299_000);
    expect(cloud.runtime.booted).toEqual([]);
    await cloud.clock.advance(902_000);
    expect(cloud.runtime.booted).toHaveLength(1);
  });

  it("arranges few timers for many instances", async () => {
    const cloud = createTestCloud({ dials: { pendingMs: { min: 5_000, max: 15_000 } } });
    let timers = 0;
    const after = cloud.clock.after.bind(cloud.clock);
    cloud.clock.after = (delayMs, run) => {
      timers++;
      return after(delayMs, run);
    };
    await launch(cloud, { MinCount: 800, MaxCount: 800 });
    await cloud.clock.advance(20_000);
    expect(cloud.runtime.booted).toHaveLength(800);
    // Half a second is the tick; the call itself sleeps twice.
    expect(timers).toBeLessThanOrEqual(10_000 / 500 + 1 + 2);
  });
});

describe("dials", () => {
  it("make a launch fail after it was accepted", async () => {
    const cloud = createTestCloud({ dials: { launchFailure: 1 } });
    const id = await launch(cloud);
    await cloud.clock.advance(20_000);
    expect(history(cloud).map(([, state]) => state)).toEqual(["pending", "terminated"]);
    expect(cloud.ec2.admin.instance(id)?.stateReason).toBe("Server.InternalError: Internal error on launch");
    await cloud.clock.advance(60_000);
    expect(cloud.ec2.admin.interfaces()).toEqual([]);
    expect(cloud.ec2.admin.volumes()).toEqual([]);
  });

  it("let vCPUs of the dead count for a while", async () => {
    const cloud = createTestCloud({ dials: { vCpuReleaseMs: { min: 60_000, max: 60_000 } } });
    const id = await launch(cloud);
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(31_000);
    expect(cloud.ec2.admin.instance(id)?.state).toBe("terminated");
    expect(cloud.ec2.admin.vCpusInUse("L-1216C47A")).toBe(2);
    await cloud.clock.advance(60_000);
    expect(cloud.ec2.admin.vCpusInUse("L-1216C47A")).toBe(0);
  });
});

describe("trouble", () => {
  it("takes a spot instance back two minutes after the warning, whose ARN has the zone and no account", async () => {
    const cloud = createTestCloud();
    const id = await launch(cloud, { InstanceMarketOptions: { MarketType: "spot" } });
    await cloud.clock.advance(20_000);
    cloud.ec2.admin.interruptSpot(id, { rebalance: true });
    expect(cloud.events.slice(-2)).toEqual([
      {
        at: 20_000,
        type: "EC2 Instance Rebalance Recommendation",
        resources: [`arn:aws:ec2:us-east-1:123456789012:instance/${id}`],
        detail: { "instance-id": id },
      },
      {
        at: 20_000,
        type: "EC2 Spot Instance Interruption Warning",
        resources: [`arn:aws:ec2:us-east-1a:instance/${id}`],
        detail: { "instance-id": id, "instance-action": "terminate" },
      },
    ]);
    await cloud.clock.advance(119_000);
    expect(cloud.ec2.admin.instance(id)?.state).toBe("running");
    await cloud.clock.advance(32_000);
    expect(cloud.ec2.admin.instance(id)).toMatchObject({
      state: "terminated",
      stateReason: "Server.SpotInstanceTermination: Spot instance termination",
    });
  });

  it.each([
    ["stopped", "Server.ScheduledStop: Stopped due to scheduled retirement"],
    ["terminated", "Server.InternalError: An internal error caused the instance to terminate"],
  ] as const)("lets EC2 notice dead hardware as %s, protected or not", async (as, reason) => {
    const cloud = createTestCloud();
    const id = await launch(cloud, { DisableApiStop: true, DisableApiTermination: true });
    await cloud.clock.advance(20_000);
    cloud.ec2.admin.failHardware(id, as);
    await cloud.clock.advance(60_000);
    expect(cloud.ec2.admin.instance(id)).toMatchObject({ state: as, stateReason: reason });
    expect(cloud.runtime.halted).toEqual([id]);
  });

  it("leaves behind what is not deleted with its instance, and finds it by tag", async () => {
    const cloud = createTestCloud();
    const id = await launch(cloud, {
      BlockDeviceMappings: [{ DeviceName: "/dev/sdp", Ebs: { VolumeSize: 48, DeleteOnTermination: false } }],
      TagSpecifications: (["instance", "volume", "network-interface"] as const).map((ResourceType) => ({
        ResourceType,
        Tags: [{ Key: "muster:cluster", Value: "demo" }],
      })),
    });
    const tag = { key: "muster:cluster", value: "demo" };
    expect(
      cloud.ec2.admin
        .leftovers(tag)
        .map((one) => one.resourceType)
        .toSorted(),
    ).toEqual(["instance", "network-interface", "volume", "volume"]);
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(60_000);
    expect(cloud.ec2.admin.leftovers(tag).map((one) => one.resourceType)).toEqual(["volume"]);
    expect(cloud.ec2.admin.storageGiBInUse("gp2")).toBe(48);
  });
});
