import {
  CreateDocumentCommand,
  GetParameterCommand,
  ListCommandsCommand,
  SendCommandCommand,
} from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../ec2/testing/test-cloud.ts";
import { createDocument, createNodeCloud, documentText, startNodes, type NodeCloud } from "./testing/node-cloud.ts";

async function asked(cloud: NodeCloud, call: () => Promise<unknown>) {
  cloud.asked.length = 0;
  await cloud.clock.run(call());
  return cloud.asked.map(({ action, resource, context }) => ({ name: `${action} ${resource}`, context }));
}

const instance = (id: string) => `ssm:SendCommand arn:aws:ec2:us-east-1:123456789012:instance/${id}`;

describe("what IAM is asked", () => {
  it.each([
    ["named", (ids: string[]) => ({ InstanceIds: ids })],
    ["found by tag", () => ({ Targets: [{ Key: "tag:muster:tier", Values: ["backend"] }] })],
  ])("for a command on nodes that are %s: the document, and each node with its tags", async (_what, targets) => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const ids = await startNodes(cloud, 2);
    const requests = await asked(cloud, () =>
      cloud.ssmAsRole.send(new SendCommandCommand({ DocumentName: "muster-test", ...targets(ids) })),
    );
    expect(requests.map((request) => request.name).toSorted()).toEqual(
      ["ssm:SendCommand arn:aws:ssm:us-east-1:123456789012:document/muster-test", ...ids.map(instance)].toSorted(),
    );
    expect(requests.find((request) => request.name === instance(ids[0] ?? ""))?.context).toEqual({
      "aws:ResourceTag/muster:tier": "backend",
      "ssm:resourceTag/muster:tier": "backend",
    });
  });

  it.each([
    [(cloud: NodeCloud) => cloud.ssmAsRole.send(new ListCommandsCommand({})), "ssm:ListCommands *"],
    [
      (cloud: NodeCloud) =>
        cloud.ssmAsRole.send(
          new GetParameterCommand({ Name: "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64" }),
        ),
      "ssm:GetParameter arn:aws:ssm:us-east-1::parameter/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
    ],
    [
      (cloud: NodeCloud) =>
        cloud.ssmAsRole.send(new CreateDocumentCommand({ Name: "muster-new", Content: documentText() })),
      "ssm:CreateDocument arn:aws:ssm:us-east-1:123456789012:document/muster-new",
    ],
  ])("for other actions: %#", async (call, name) => {
    const cloud = createNodeCloud();
    const requests = await asked(cloud, () => call(cloud));
    expect(requests.map((request) => request.name)).toEqual([name]);
  });

  it("refuses with AccessDeniedException", async () => {
    const cloud = createNodeCloud({ ec2: { authorize: (_caller, requests) => requests[0] } });
    const refusal = await refusalOf(cloud, cloud.ssmAsRole.send(new ListCommandsCommand({})));
    expect(refusal).toEqual({
      code: "AccessDeniedException",
      status: 400,
      message: `User: arn:aws:sts::123456789012:assumed-role/tester/tester is not authorized to perform: ssm:ListCommands on resource: * because no identity-based policy allows the ssm:ListCommands action`,
    });
  });
});
