import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { describe, expect, it } from "vitest";
import { clientSettings, roleCaller, testCloud } from "../../testing/test-cloud.ts";
import { createLambda } from "./create-lambda.ts";
import type { FunctionHost } from "./function-host.ts";

const arn = "arn:aws:lambda:eu-central-1:123456789012:function:worker";
const published: FunctionHost = {
  name: "worker",
  roleArn: "arn:aws:iam::123456789012:role/worker",
  timeoutMs: 30_000,
  aliases: ["live"],
  invoke: () => Promise.resolve("done"),
};

function withFunction(host: FunctionHost) {
  const asked: string[] = [];
  const cloud = testCloud({ authorize: (_, requests) => void asked.push(...requests.map(({ resource }) => resource)) });
  const lambda = createLambda(cloud.context, { hosts: [host], call: cloud.kernel.call.bind(cloud.kernel) });
  cloud.register(lambda);
  const client = cloud.connect(new LambdaClient(clientSettings), roleCaller("caller"));
  return {
    asked,
    invoke: (FunctionName: string) => cloud.run(client.send(new InvokeCommand({ FunctionName }))),
    configuration: (FunctionName: string) =>
      cloud.run(client.send(new GetFunctionConfigurationCommand({ FunctionName }))),
  };
}

describe("a published version", () => {
  it.each([
    ["its number", `${arn}:1`, "1"],
    ["its alias", `${arn}:live`, "1"],
    ["$LATEST, which is not published", `${arn}:$LATEST`, "$LATEST"],
    ["no qualifier, which is $LATEST", arn, "$LATEST"],
  ])("is told from the newest code: %s", async (_, name, version) => {
    const { invoke } = withFunction(published);
    expect(await invoke(name)).toMatchObject({ StatusCode: 200, ExecutedVersion: version });
  });

  it.each([`${arn}:2`, `${arn}:next`])("that is not there is not found: %s", async (name) => {
    const { invoke } = withFunction(published);
    await expect(invoke(name)).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: `Function not found: ${name}`,
    });
  });

  it("is not there before it is published", async () => {
    const { aliases: _, ...unpublished } = published;
    await expect(withFunction(unpublished).invoke(`${arn}:1`)).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("has an ARN of its own", async () => {
    const { configuration } = withFunction(published);
    expect(await configuration(`${arn}:live`)).toMatchObject({ FunctionArn: `${arn}:live`, Version: "1" });
    expect(await configuration(arn)).toMatchObject({ FunctionArn: arn, Version: "$LATEST" });
  });

  it("is what IAM is asked about: leave to call the function is none to call its version", async () => {
    const { invoke, asked } = withFunction(published);
    for (const name of [`${arn}:1`, "worker:live", arn]) await invoke(name);
    expect(asked).toEqual([`${arn}:1`, `${arn}:live`, arn]);
  });
});
