import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { smallCloud, USER } from "./small-cloud.ts";

export const ssmCore = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
export const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
export const document = JSON.stringify({
  Version: "2012-10-17",
  Statement: {
    Effect: "Allow",
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::x/*",
    Condition: { Bool: { a: true } },
  },
});

/** An account whose user sends commands to IAM. */
export function iamWorld() {
  const cloud = smallCloud();
  const client = cloud.iamAs(USER);
  const send: typeof client.send = (command: never) => cloud.clock.run(client.send(command)) as never;
  const createRole = (RoleName: string) => send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  return { ...cloud, send, createRole };
}
