import {
  DescribeInstanceInformationCommand,
  DescribeInstancePropertiesCommand,
  type DescribeInstanceInformationCommandInput,
  type DescribeInstancePropertiesCommandInput,
} from "@aws-sdk/client-ssm";
import { StartInstancesCommand, StopInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../../ec2/testing/test-cloud.ts";
import { createNodeCloud, startNodes, type NodeCloud } from "../testing/node-cloud.ts";

async function information(cloud: NodeCloud, input: DescribeInstanceInformationCommandInput = {}) {
  const answer = await cloud.clock.run(cloud.ssmClient.send(new DescribeInstanceInformationCommand(input)));
  return answer.InstanceInformationList ?? [];
}

async function properties(cloud: NodeCloud, input: DescribeInstancePropertiesCommandInput = {}) {
  const answer = await cloud.clock.run(cloud.ssmClient.send(new DescribeInstancePropertiesCommand(input)));
  return answer.InstanceProperties ?? [];
}

const registrations = (cloud: NodeCloud) =>
  cloud.events.filter((event) => event.type.startsWith("SSM Managed Instance"));

describe("registration", () => {
  it("comes some time after the boot, with an event, and shows what the agent tells", async () => {
    const cloud = createNodeCloud({ dials: { online: [{ share: 1, delayMs: { min: 60_000, max: 60_000 } }] } });
    const [id = ""] = await startNodes(cloud, 1, { IamInstanceProfile: { Name: "muster-node" } });
    expect(await information(cloud)).toEqual([]);
    await cloud.clock.advance(50_000);
    expect(registrations(cloud)).toEqual([
      {
        at: 70_000,
        type: "SSM Managed Instance Registration",
        resources: [`arn:aws:ec2:us-east-1:123456789012:instance/${id}`],
        detail: {},
      },
    ]);
    expect(await information(cloud)).toMatchObject([
      {
        InstanceId: id,
        PingStatus: "Online",
        AgentVersion: "3.3.3050.0",
        PlatformType: "Linux",
        PlatformName: "Amazon Linux",
        ResourceType: "EC2Instance",
        IPAddress: "172.31.0.4",
        ComputerName: "ip-172-31-0-4.ec2.internal",
      },
    ]);
  });

  it("needs an instance profile, and a role that lets the agent in", async () => {
    const cloud = createNodeCloud({ mayRegister: (roleArn) => !roleArn.endsWith("/muster-node") });
    await startNodes(cloud, 1);
    await startNodes(cloud, 1, { IamInstanceProfile: undefined });
    await cloud.clock.advance(600_000);
    expect(await information(cloud)).toEqual([]);
    expect(registrations(cloud)).toEqual([]);
  });

  it("is given to each share of the nodes in its time, and to the rest never", async () => {
    const cloud = createNodeCloud({
      dials: {
        online: [
          { share: 0.5, delayMs: { min: 0, max: 60_000 } },
          { share: 0.3, delayMs: { min: 300_000, max: 600_000 } },
        ],
      },
    });
    const ids = await startNodes(cloud, 200);
    await cloud.clock.advance(120_000);
    const soon = cloud.ssm.admin.managedNodes().length / ids.length;
    await cloud.clock.advance(3_600_000);
    const all = cloud.ssm.admin.managedNodes().length / ids.length;
    expect(soon).toBeCloseTo(0.5, 1);
    expect(all).toBeCloseTo(0.8, 1);
  });

  it("is late for some when a herd of agents starts at once", async () => {
    const herd = { size: 100, windowMs: 60_000, share: 0.5, delayMs: { min: 300_000, max: 900_000 } };
    const late = async (count: number) => {
      const cloud = createNodeCloud({ dials: { herd } });
      await startNodes(cloud, count);
      await cloud.clock.advance(60_000);
      const before = cloud.ssm.admin.managedNodes().length;
      await cloud.clock.advance(900_000);
      expect(cloud.ssm.admin.managedNodes()).toHaveLength(count);
      return count - before;
    };
    expect(await late(100)).toBe(0);
    expect(await late(300)).toBeGreaterThan(70);
  });

  it("does not come for an instance that was stopped before its agent was up", async () => {
    const cloud = createNodeCloud({ dials: { online: [{ share: 1, delayMs: { min: 60_000, max: 60_000 } }] } });
    const ids = await startNodes(cloud, 1);
    await cloud.clock.run(cloud.aws.send(new StopInstancesCommand({ InstanceIds: ids })));
    await cloud.clock.advance(120_000);
    expect(await information(cloud)).toEqual([]);
  });
});

describe("a node that is stopped and started before its agent was up", () => {
  it("has its agent's whole time again", async () => {
    const cloud = createNodeCloud({ dials: { online: [{ share: 1, delayMs: { min: 60_000, max: 60_000 } }] } });
    // Running at 10 s, stopped from 20 to 40 s, running again at 50 s.
    const ids = await startNodes(cloud, 1);
    await cloud.clock.run(cloud.aws.send(new StopInstancesCommand({ InstanceIds: ids })));
    await cloud.clock.advance(20_000);
    await cloud.clock.run(cloud.aws.send(new StartInstancesCommand({ InstanceIds: ids })));
    await cloud.clock.advance(69_000);
    expect(await information(cloud)).toEqual([]);
    await cloud.clock.advance(2_000);
    expect(await information(cloud)).toHaveLength(1);
  });
});

describe("PingStatus", () => {
  it("goes on saying Online for minutes after the death of a node", async () => {
    const cloud = createNodeCloud();
    const [id = ""] = await startNodes(cloud, 1);
    await cloud.clock.advance(700_000);
    cloud.ec2.admin.failHardware(id, "silent");
    await cloud.clock.advance(299_000);
    const [before] = await information(cloud);
    expect(before?.PingStatus).toBe("Online");
    await cloud.clock.advance(2_000);
    const [after] = await information(cloud);
    expect(after?.PingStatus).toBe("ConnectionLost");
    // The last of the five-minute reports before the death, at 720 s; it registered at 15 s.
    expect(after?.LastPingDateTime).toEqual(new Date(Date.UTC(2026, 10, 20, 12, 0, 15) + 2 * 300_000));
  });

  it("is still Online for an instance that has just been terminated, until it is forgotten", async () => {
    const cloud = createNodeCloud();
    const [id = ""] = await startNodes(cloud, 1);
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(31_000);
    expect(await information(cloud)).toMatchObject([{ InstanceId: id, PingStatus: "Online" }]);
    await cloud.clock.advance(60_000);
    expect(await information(cloud)).toEqual([]);
    expect(registrations(cloud).map((event) => event.type)).toEqual([
      "SSM Managed Instance Registration",
      "SSM Managed Instance Deregistration",
    ]);
  });

  it("is Online again after a stop and a start, without another registration", async () => {
    const cloud = createNodeCloud();
    const ids = await startNodes(cloud, 1);
    await cloud.clock.run(cloud.aws.send(new StopInstancesCommand({ InstanceIds: ids })));
    await cloud.clock.advance(400_000);
    expect(await information(cloud)).toMatchObject([{ PingStatus: "ConnectionLost" }]);
    await cloud.clock.run(cloud.aws.send(new StartInstancesCommand({ InstanceIds: ids })));
    await cloud.clock.advance(20_000);
    expect(await information(cloud)).toMatchObject([{ PingStatus: "Online" }]);
    expect(registrations(cloud)).toHaveLength(1);
  });
});

describe("lists of managed nodes", () => {
  it("filter by tag, ids and connection, but not by tag and something else", async () => {
    const cloud = createNodeCloud();
    const backends = await startNodes(cloud, 3);
    const clients = await startNodes(cloud, 2, {
      TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "muster:tier", Value: "client" }] }],
    });
    const ids = async (Filters: { Key: string; Values: string[] }[]) =>
      (await information(cloud, { Filters })).map((node) => node.InstanceId ?? "").toSorted();
    expect(await ids([{ Key: "tag:muster:tier", Values: ["client"] }])).toEqual(clients.toSorted());
    expect(await ids([{ Key: "InstanceIds", Values: backends.slice(0, 1) }])).toEqual(backends.slice(0, 1));
    expect(await ids([{ Key: "PingStatus", Values: ["ConnectionLost"] }])).toEqual([]);
    const mixed = cloud.ssmClient.send(
      new DescribeInstanceInformationCommand({
        Filters: [
          { Key: "tag:muster:tier", Values: ["client"] },
          { Key: "PingStatus", Values: ["Online"] },
        ],
      }),
    );
    expect((await refusalOf(cloud, mixed)).code).toBe("ValidationException");
  });

  it("come in pages of 10 unless asked, of 5 to 50", async () => {
    const cloud = createNodeCloud();
    await startNodes(cloud, 12);
    expect(await information(cloud)).toHaveLength(10);
    expect(await information(cloud, { MaxResults: 50 })).toHaveLength(12);
    for (const MaxResults of [4, 51]) {
      const call = cloud.ssmClient.send(new DescribeInstanceInformationCommand({ MaxResults }));
      expect((await refusalOf(cloud, call)).code).toBe("ValidationException");
    }
  });

  it("come in pages of up to 1,000 as properties, and tell what EC2 knows", async () => {
    const cloud = createNodeCloud();
    const ids = await startNodes(cloud, 60);
    await startNodes(cloud, 1, { TagSpecifications: [] });
    const found = await properties(cloud, {
      MaxResults: 1_000,
      FiltersWithOperator: [{ Key: "tag:muster:tier", Values: ["backend"], Operator: "Equal" }],
    });
    expect(found.map((node) => node.InstanceId ?? "").toSorted()).toEqual(ids.toSorted());
    expect(found[0]).toMatchObject({ InstanceType: "m5.large", InstanceState: "running", PingStatus: "Online" });
    const others = await properties(cloud, {
      FiltersWithOperator: [{ Key: "tag:muster:tier", Values: ["backend"], Operator: "NotEqual" }],
    });
    expect(others).toHaveLength(1);
  });
});
