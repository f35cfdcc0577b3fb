import {
  GetParameterCommand,
  GetParametersCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
} from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";
import { imageOf, refusalOf } from "../../ec2/testing/test-cloud.ts";
import { createNodeCloud, type NodeCloud } from "../testing/node-cloud.ts";

const get = (cloud: NodeCloud, Name: string) => cloud.ssmClient.send(new GetParameterCommand({ Name }));
const put = (cloud: NodeCloud, input: Partial<PutParameterCommandInput>) =>
  cloud.ssmClient.send(new PutParameterCommand({ Name: "/muster/release", Value: "4.4.2", Type: "String", ...input }));

describe("public parameters", () => {
  it.each(["x86_64", "arm64"] as const)("hold the newest Amazon Linux for %s", async (architecture) => {
    const cloud = createNodeCloud();
    const Name = `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`;
    expect((await cloud.clock.run(get(cloud, Name))).Parameter).toMatchObject({
      Name,
      Type: "String",
      Value: imageOf(cloud, architecture),
      Version: 1,
      DataType: "aws:ec2:image",
      ARN: `arn:aws:ssm:us-east-1::parameter${Name}`,
    });
  });
});

describe("the account's own parameters", () => {
  it("keep every version", async () => {
    const cloud = createNodeCloud();
    await cloud.clock.run(put(cloud, {}));
    await cloud.clock.run(put(cloud, { Value: "5.0.0", Overwrite: true }));
    expect((await cloud.clock.run(get(cloud, "/muster/release"))).Parameter).toMatchObject({
      Value: "5.0.0",
      Version: 2,
    });
    expect((await cloud.clock.run(get(cloud, "/muster/release:1"))).Parameter).toMatchObject({
      Value: "4.4.2",
      Version: 1,
      Selector: ":1",
      ARN: "arn:aws:ssm:us-east-1:123456789012:parameter/muster/release",
    });
  });

  it.each<[string, Partial<PutParameterCommandInput>, string]>([
    ["another value without Overwrite", {}, "ParameterAlreadyExists"],
    ["a secret", { Type: "SecureString", Name: "s" }, "NotImplemented"],
    ["a name of AWS's", { Name: "/aws/service/mine" }, "ValidationException"],
    ["more than 4,096 characters", { Value: "v".repeat(4_097), Name: "v" }, "ValidationException"],
  ])("refuse %s", async (_what, input, code) => {
    const cloud = createNodeCloud();
    await cloud.clock.run(put(cloud, {}));
    expect((await refusalOf(cloud, put(cloud, input))).code).toBe(code);
  });

  it("are told apart from those that do not exist", async () => {
    const cloud = createNodeCloud();
    await cloud.clock.run(put(cloud, {}));
    expect(await refusalOf(cloud, get(cloud, "/nobody"))).toEqual({
      code: "ParameterNotFound",
      status: 400,
      message: "",
    });
    const answer = await cloud.clock.run(
      cloud.ssmClient.send(new GetParametersCommand({ Names: ["/nobody", "/muster/release"] })),
    );
    expect(answer.Parameters?.map((parameter) => parameter.Name)).toEqual(["/muster/release"]);
    expect(answer.InvalidParameters).toEqual(["/nobody"]);
  });
});
