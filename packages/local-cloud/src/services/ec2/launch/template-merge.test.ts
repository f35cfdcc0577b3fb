import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { createTestCloud, imageOf, refusalOf, subnetOf, type TestCloud } from "../testing/test-cloud.ts";

async function template(cloud: TestCloud) {
  const answer = await cloud.clock.run(
    cloud.aws.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: "nodes",
        LaunchTemplateData: {
          ImageId: imageOf(cloud, "x86_64"),
          InstanceType: "m5.xlarge",
          TagSpecifications: [
            {
              ResourceType: "instance",
              Tags: [
                { Key: "from", Value: "template" },
                { Key: "kept", Value: "yes" },
              ],
            },
          ],
          BlockDeviceMappings: [{ DeviceName: "/dev/sdp", Ebs: { VolumeSize: 10, VolumeType: "gp3" } }],
        },
      }),
    ),
  );
  return answer.LaunchTemplate?.LaunchTemplateId ?? "";
}

describe("a launch from a template", () => {
  it("takes from the template what the request does not say, and says so in its tags", async () => {
    const cloud = createTestCloud();
    const id = await template(cloud);
    const [instance] =
      (
        await cloud.clock.run(
          cloud.aws.send(
            new RunInstancesCommand({
              LaunchTemplate: { LaunchTemplateId: id, Version: "$Latest" },
              MinCount: 1,
              MaxCount: 1,
              SubnetId: subnetOf(cloud, "a"),
              InstanceType: "m5.large",
              TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "from", Value: "request" }] }],
            }),
          ),
        )
      ).Instances ?? [];
    expect(instance?.InstanceType).toBe("m5.large");
    expect(Object.fromEntries((instance?.Tags ?? []).map((tag) => [tag.Key, tag.Value]))).toEqual({
      from: "request",
      kept: "yes",
      "aws:ec2launchtemplate:id": id,
      "aws:ec2launchtemplate:version": "1",
    });
    expect(cloud.ec2.admin.volumes().map((volume) => volume.deviceName)).toEqual(["/dev/xvda", "/dev/sdp"]);
  });

  it("is another request once $Latest has moved on", async () => {
    const cloud = createTestCloud();
    const id = await template(cloud);
    const again = () =>
      cloud.aws.send(
        new RunInstancesCommand({
          LaunchTemplate: { LaunchTemplateId: id, Version: "$Latest" },
          MinCount: 1,
          MaxCount: 1,
          SubnetId: subnetOf(cloud, "a"),
          ClientToken: "t",
        }),
      );
    await cloud.clock.run(again());
    await cloud.clock.run(
      cloud.aws.send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateId: id,
          SourceVersion: "1",
          LaunchTemplateData: { EbsOptimized: true },
        }),
      ),
    );
    expect((await refusalOf(cloud, again())).code).toBe("IdempotentParameterMismatch");
  });

  it.each([
    [{ LaunchTemplateName: "nobody" }, "The specified launch template, with template name nobody, does not exist."],
    [
      { LaunchTemplateName: "nodes", Version: "9" },
      /^Could not find the specified version 9 for the launch template with ID lt-/,
    ],
  ])("is refused when %j cannot be found", async (LaunchTemplate, message) => {
    const cloud = createTestCloud();
    await template(cloud);
    const refusal = await refusalOf(
      cloud,
      cloud.aws.send(new RunInstancesCommand({ LaunchTemplate, MinCount: 1, MaxCount: 1 })),
    );
    expect(refusal.message).toMatch(message);
  });
});
