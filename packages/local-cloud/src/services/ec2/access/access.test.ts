import {
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  DescribeInstancesCommand,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import {
  createTestCloud,
  groupOf,
  imageOf,
  launchInput,
  refusalOf,
  subnetOf,
  type TestCloud,
} from "../testing/test-cloud.ts";

const arn = (rest: string) => `arn:aws:ec2:us-east-1:123456789012:${rest}`;

/** What IAM was asked by that call: action and resource, and the conditions by them. */
async function asked(cloud: TestCloud, call: () => Promise<unknown>) {
  cloud.asked.length = 0;
  await cloud.clock.run(call());
  const conditions = new Map(cloud.asked.map(({ action, resource, context }) => [`${action} ${resource}`, context]));
  return { names: [...conditions.keys()], of: (name: string) => conditions.get(name) };
}

const tags = [{ Key: "muster:cluster", Value: "demo" }];

describe("what IAM is asked", () => {
  it("for a launch: everything it makes and uses, the tags it sets, and the role it passes", async () => {
    const cloud = createTestCloud();
    const { names, of } = await asked(cloud, () =>
      cloud.asRole.send(
        new RunInstancesCommand(
          launchInput(cloud, {
            IamInstanceProfile: { Name: "muster-node" },
            SecurityGroupIds: [groupOf(cloud, "muster-members")],
            Placement: { GroupName: "muster-cluster" },
            TagSpecifications: [
              { ResourceType: "instance", Tags: tags },
              { ResourceType: "volume", Tags: tags },
            ],
          }),
        ),
      ),
    );
    expect(names).toEqual([
      `ec2:RunInstances ${arn("instance/*")}`,
      `ec2:RunInstances ${arn("network-interface/*")}`,
      `ec2:RunInstances ${arn("volume/*")}`,
      `ec2:RunInstances arn:aws:ec2:us-east-1::image/${imageOf(cloud, "x86_64")}`,
      `ec2:RunInstances ${arn(`subnet/${subnetOf(cloud, "a")}`)}`,
      `ec2:RunInstances ${arn(`security-group/${groupOf(cloud, "muster-members")}`)}`,
      `ec2:RunInstances ${arn("placement-group/muster-cluster")}`,
      `ec2:CreateTags ${arn("instance/*")}`,
      `ec2:CreateTags ${arn("volume/*")}`,
      "iam:PassRole arn:aws:iam::123456789012:role/muster-node",
    ]);
    expect(of(`ec2:RunInstances ${arn("instance/*")}`)).toMatchObject({
      "aws:RequestTag/muster:cluster": "demo",
      "aws:TagKeys": ["muster:cluster"],
      "ec2:InstanceType": "m5.large",
      "ec2:InstanceMarketType": "on-demand",
      "ec2:AvailabilityZone": "us-east-1a",
    });
    expect(of(`ec2:RunInstances ${arn("network-interface/*")}`)).not.toHaveProperty("aws:TagKeys");
    expect(of(`ec2:CreateTags ${arn("volume/*")}`)).toEqual({
      "ec2:CreateAction": "RunInstances",
      "aws:RequestTag/muster:cluster": "demo",
      "aws:TagKeys": ["muster:cluster"],
    });
    expect(of("iam:PassRole arn:aws:iam::123456789012:role/muster-node")).toEqual({
      "iam:PassedToService": "ec2.amazonaws.com",
    });
  });

  it("for a fleet: what its launch template would launch, with the tags of both", async () => {
    const cloud = createTestCloud();
    const template = await cloud.clock.run(
      cloud.aws.send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName: "nodes",
          LaunchTemplateData: {
            ImageId: imageOf(cloud, "x86_64"),
            InstanceType: "m5.large",
            IamInstanceProfile: { Name: "muster-node" },
            TagSpecifications: [{ ResourceType: "network-interface", Tags: tags }],
          },
        }),
      ),
    );
    const { names, of } = await asked(cloud, () =>
      cloud.asRole.send(
        new CreateFleetCommand({
          Type: "instant",
          LaunchTemplateConfigs: [
            {
              LaunchTemplateSpecification: { LaunchTemplateName: "nodes", Version: "1" },
              Overrides: [{ SubnetId: subnetOf(cloud, "a") }, { SubnetId: subnetOf(cloud, "b") }],
            },
          ],
          TargetCapacitySpecification: { TotalTargetCapacity: 1 },
          TagSpecifications: [
            { ResourceType: "fleet", Tags: tags },
            { ResourceType: "instance", Tags: tags },
          ],
        }),
      ),
    );
    expect(names).toContain(`ec2:CreateFleet ${arn("fleet/*")}`);
    expect(names).toContain(`ec2:RunInstances ${arn(`subnet/${subnetOf(cloud, "b")}`)}`);
    expect(names).toContain(`ec2:RunInstances ${arn(`launch-template/${template.LaunchTemplate?.LaunchTemplateId}`)}`);
    expect(names).toContain("iam:PassRole arn:aws:iam::123456789012:role/muster-node");
    expect(of(`ec2:CreateTags ${arn("fleet/*")}`)).toMatchObject({ "ec2:CreateAction": "CreateFleet" });
    expect(of(`ec2:CreateTags ${arn("network-interface/*")}`)).toMatchObject({ "ec2:CreateAction": "RunInstances" });
  });

  it("for a change of an instance: the action on that instance, with the tags it carries", async () => {
    const cloud = createTestCloud();
    const launched = await cloud.clock.run(
      cloud.aws.send(
        new RunInstancesCommand(launchInput(cloud, { TagSpecifications: [{ ResourceType: "instance", Tags: tags }] })),
      ),
    );
    const id = launched.Instances?.[0]?.InstanceId ?? "";
    const terminate = await asked(cloud, () => cloud.asRole.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    expect(terminate.of(`ec2:TerminateInstances ${arn(`instance/${id}`)}`)).toMatchObject({
      "aws:ResourceTag/muster:cluster": "demo",
      "ec2:ResourceTag/muster:cluster": "demo",
    });
    const modify = await asked(cloud, () =>
      cloud.asRole.send(new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiStop: { Value: false } })),
    );
    expect(modify.names).toEqual([`ec2:ModifyInstanceAttribute ${arn(`instance/${id}`)}`]);
  });

  it("for a read: the action on everything", async () => {
    const cloud = createTestCloud();
    const { names } = await asked(cloud, () => cloud.asRole.send(new DescribeInstancesCommand({})));
    expect(names).toEqual(["ec2:DescribeInstances *"]);
  });

  it("comes before a dry run: who may not is refused", async () => {
    const cloud = createTestCloud({
      authorize: (_caller, requests) => requests.find((request) => request.action === "iam:PassRole"),
    });
    const dryRun = (input: Parameters<typeof launchInput>[1]) =>
      refusalOf(cloud, cloud.asRole.send(new RunInstancesCommand(launchInput(cloud, { ...input, DryRun: true }))));
    expect((await dryRun({})).code).toBe("DryRunOperation");
    const refusal = await dryRun({ IamInstanceProfile: { Name: "muster-node" } });
    expect(refusal).toMatchObject({ code: "UnauthorizedOperation", message: expect.stringContaining("iam:PassRole") });
  });
});
