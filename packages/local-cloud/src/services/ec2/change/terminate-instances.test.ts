import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { createTestCloud, launchInput, refusalOf, subnetOf, type TestCloud } from "../testing/test-cloud.ts";

type Input = Parameters<typeof launchInput>[1];

async function launched(cloud: TestCloud, input: Input = {}): Promise<string[]> {
  const answer = await cloud.clock.run(cloud.aws.send(new RunInstancesCommand(launchInput(cloud, input))));
  await cloud.clock.advance(20_000);
  return (answer.Instances ?? []).map((instance) => instance.InstanceId ?? "");
}

const statesOf = (cloud: TestCloud, ids: readonly string[]) => ids.map((id) => cloud.ec2.admin.instance(id)?.state);

const terminate = (cloud: TestCloud, ids: readonly string[]) =>
  cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: [...ids] }));

describe("TerminateInstances", () => {
  it("tells each instance's states before and after, and does nothing the second time", async () => {
    const cloud = createTestCloud();
    const [id = ""] = await launched(cloud);
    const first = await cloud.clock.run(terminate(cloud, [id]));
    expect(first.TerminatingInstances).toEqual([
      {
        InstanceId: id,
        PreviousState: { Code: 16, Name: "running" },
        CurrentState: { Code: 32, Name: "shutting-down" },
      },
    ]);
    await cloud.clock.advance(31_000);
    const second = await cloud.clock.run(terminate(cloud, [id]));
    expect(second.TerminatingInstances?.[0]).toMatchObject({
      PreviousState: { Code: 48, Name: "terminated" },
      CurrentState: { Code: 48, Name: "terminated" },
    });
    expect(cloud.runtime.halted).toEqual([id]);
  });

  it("terminates nothing when one of the ids is unknown", async () => {
    const cloud = createTestCloud();
    const ids = await launched(cloud, { MaxCount: 2 });
    const refusal = await refusalOf(cloud, terminate(cloud, [...ids, "i-00000000000000009"]));
    expect(refusal.code).toBe("InvalidInstanceID.NotFound");
    expect(statesOf(cloud, ids)).toEqual(["running", "running"]);
  });

  it("fails on a protected instance, spares its zone, and still terminates those of other zones", async () => {
    const cloud = createTestCloud();
    const [guarded = ""] = await launched(cloud, { DisableApiTermination: true });
    const [neighbour = ""] = await launched(cloud);
    const [elsewhere = ""] = await launched(cloud, { SubnetId: subnetOf(cloud, "b") });
    const refusal = await refusalOf(cloud, terminate(cloud, [elsewhere, neighbour, guarded]));
    expect(refusal).toMatchObject({ code: "OperationNotPermitted", message: expect.stringContaining(guarded) });
    expect(statesOf(cloud, [guarded, neighbour, elsewhere])).toEqual(["running", "running", "shutting-down"]);
  });

  it("takes 1,000 ids and not one more", async () => {
    const cloud = createTestCloud();
    const ids = Array.from({ length: 1_001 }, (_, index) => `i-${index.toString(16).padStart(17, "0")}`);
    expect((await refusalOf(cloud, terminate(cloud, ids))).code).toBe("InvalidParameterValue");
    expect((await refusalOf(cloud, terminate(cloud, ids.slice(1)))).code).toBe("InvalidInstanceID.NotFound");
  });

  it("says not found of an instance that lives and has not shown up", async () => {
    const cloud = createTestCloud({ dials: { describeLagMs: { min: 60_000, max: 60_000 } } });
    const [id = ""] = await launched(cloud);
    expect(statesOf(cloud, [id])).toEqual(["running"]);
    expect((await refusalOf(cloud, terminate(cloud, [id]))).code).toBe("InvalidInstanceID.NotFound");
    expect(statesOf(cloud, [id])).toEqual(["running"]);
  });

  it("lets an instance go sooner without the shutdown of its operating system", async () => {
    const cloud = createTestCloud({ dials: { shuttingDownMs: { min: 15_000, max: 15_001 } } });
    cloud.ec2.dials.shuttingDownMs = { min: 1_000, max: 1_000_000_000 };
    const [id = ""] = await launched(cloud);
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: [id], SkipOsShutdown: true })));
    await cloud.clock.advance(2_000);
    expect(statesOf(cloud, [id])).toEqual(["terminated"]);
  });
});

const set = (cloud: TestCloud, id: string, on: boolean) =>
  cloud.clock.run(
    cloud.aws.send(new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiTermination: { Value: on } })),
  );

describe("protection", () => {
  it("is lifted a moment after ModifyInstanceAttribute: a terminate right away is still refused", async () => {
    const cloud = createTestCloud({ dials: { attributeLagMs: { min: 800, max: 800 } } });
    const [id = ""] = await launched(cloud, { DisableApiTermination: true });
    await set(cloud, id, false);
    expect((await refusalOf(cloud, terminate(cloud, [id]))).code).toBe("OperationNotPermitted");
    await cloud.clock.advance(1_000);
    await cloud.clock.run(terminate(cloud, [id]));
    expect(statesOf(cloud, [id])).toEqual(["shutting-down"]);
  });

  it("from stopping also keeps from terminating, without being termination protection", async () => {
    const cloud = createTestCloud();
    const [id = ""] = await launched(cloud, { DisableApiStop: true });
    expect((await refusalOf(cloud, terminate(cloud, [id]))).message).toContain("'disableApiStop'");
    const attribute = await cloud.clock.run(
      cloud.aws.send(new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: "disableApiTermination" })),
    );
    expect(attribute.DisableApiTermination).toEqual({ Value: false });
  });

  it("is changed one attribute at a time", async () => {
    const cloud = createTestCloud();
    const [id = ""] = await launched(cloud);
    const refusal = await refusalOf(
      cloud,
      cloud.aws.send(
        new ModifyInstanceAttributeCommand({
          InstanceId: id,
          DisableApiStop: { Value: false },
          DisableApiTermination: { Value: false },
        }),
      ),
    );
    expect(refusal).toMatchObject({
      code: "InvalidParameterCombination",
      message: "Fields for multiple attribute types specified: disableApiTermination, disableApiStop",
    });
  });

  it("cannot be given to spot instances", async () => {
    const cloud = createTestCloud();
    const [id = ""] = await launched(cloud, { InstanceMarketOptions: { MarketType: "spot" } });
    const refusal = await refusalOf(
      cloud,
      cloud.aws.send(new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiTermination: { Value: true } })),
    );
    expect(refusal).toMatchObject({
      code: "UnsupportedOperation",
      message: "Modifying 'disableApiTermination' is not supported for spot instances.",
    });
  });

  it("does not cover a shutdown from inside, which stops or terminates as the instance is set", async () => {
    const cloud = createTestCloud();
    const [stops = ""] = await launched(cloud, { DisableApiTermination: true, DisableApiStop: true });
    const [ends = ""] = await launched(cloud, {
      DisableApiTermination: true,
      InstanceInitiatedShutdownBehavior: "terminate",
    });
    cloud.ec2.admin.shutDownFromInside(stops);
    cloud.ec2.admin.shutDownFromInside(ends);
    await cloud.clock.advance(31_000);
    expect(statesOf(cloud, [stops, ends])).toEqual(["stopped", "terminated"]);
    expect(cloud.ec2.admin.instance(ends)?.stateReason).toBe(
      "Client.InstanceInitiatedShutdown: Instance initiated shutdown",
    );
  });
});

describe("StopInstances and StartInstances", () => {
  it("end the guest with its instance store, keep the addresses, and boot it again", async () => {
    const cloud = createTestCloud();
    const [id = ""] = await launched(cloud, { InstanceType: "i3en.2xlarge" });
    const before = cloud.ec2.admin.instance(id);
    await cloud.clock.run(cloud.aws.send(new StopInstancesCommand({ InstanceIds: [id] })));
    expect(cloud.runtime.halted).toEqual([id]);
    await cloud.clock.advance(21_000);
    expect(statesOf(cloud, [id])).toEqual(["stopped"]);
    expect(cloud.ec2.admin.vCpusInUse("L-1216C47A")).toBe(0);
    await cloud.clock.run(cloud.aws.send(new StartInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(11_000);
    expect(cloud.ec2.admin.instance(id)).toMatchObject({ state: "running", privateIp: before?.privateIp });
    expect(cloud.runtime.booted.map((node) => node.instanceId)).toEqual([id, id]);
    expect(cloud.ec2.admin.vCpusInUse("L-1216C47A")).toBe(8);
  });

  it("give vCPUs and capacity back once, also when the stopped instance is terminated", async () => {
    const cloud = createTestCloud();
    const [id = ""] = await launched(cloud);
    await launched(cloud);
    await cloud.clock.run(cloud.aws.send(new StopInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(21_000);
    await cloud.clock.run(terminate(cloud, [id]));
    await cloud.clock.advance(31_000);
    expect(statesOf(cloud, [id])).toEqual(["terminated"]);
    expect(cloud.ec2.admin.vCpusInUse("L-1216C47A")).toBe(2);
  });

  it("need capacity again to start", async () => {
    const cloud = createTestCloud();
    const [id = ""] = await launched(cloud);
    await cloud.clock.run(cloud.aws.send(new StopInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(21_000);
    cloud.ec2.admin.setCapacity({ instanceType: "m5.large", zone: "us-east-1a", market: "on-demand" }, 0);
    const refusal = await refusalOf(cloud, cloud.aws.send(new StartInstancesCommand({ InstanceIds: [id] })));
    expect(refusal.code).toBe("InsufficientInstanceCapacity");
    expect(statesOf(cloud, [id])).toEqual(["stopped"]);
  });

  it("refuse what cannot be stopped", async () => {
    const cloud = createTestCloud();
    const [spot = ""] = await launched(cloud, { InstanceMarketOptions: { MarketType: "spot" } });
    const [gone = ""] = await launched(cloud);
    await cloud.clock.run(terminate(cloud, [gone]));
    const stop = (id: string) => refusalOf(cloud, cloud.aws.send(new StopInstancesCommand({ InstanceIds: [id] })));
    expect(await stop(spot)).toMatchObject({ code: "UnsupportedOperation" });
    expect(await stop(gone)).toMatchObject({
      code: "IncorrectInstanceState",
      message: `The instance '${gone}' is not in a state from which it can be stopped.`,
    });
  });

  it("count the addresses of a stopped instance as used", async () => {
    const cloud = createTestCloud();
    const [id = ""] = await launched(cloud);
    await cloud.clock.run(cloud.aws.send(new StopInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(60_000);
    const answer = await cloud.clock.run(cloud.aws.send(new DescribeInstancesCommand({ InstanceIds: [id] })));
    expect(answer.Reservations?.[0]?.Instances?.[0]?.PrivateIpAddress).toBe("172.31.0.4");
    expect(cloud.ec2.admin.interfaces()).toHaveLength(1);
  });
});
