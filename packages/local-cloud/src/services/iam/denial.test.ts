import { expect, it } from "vitest";
import type { Call, Caller, ServiceName } from "../../kernel/service.ts";
import { denialMessage } from "./denial.ts";

const role: Caller = { arn: "arn:aws:iam::123456789012:role/path/muster-launch", isAccountUser: false };
const session = { ...role, sessionName: "i-0abc" };
const user: Caller = { arn: "arn:aws:iam::123456789012:user/ann", isAccountUser: false };

function call(service: ServiceName, caller: Caller): Call {
  return { service, operation: "X", caller, requestId: "r" };
}

it.each([
  [
    "a role's session, which bears the role's name",
    call("dynamodb", role),
    { action: "dynamodb:PutItem", resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/muster" },
    "User: arn:aws:sts::123456789012:assumed-role/muster-launch/muster-launch is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/muster because no identity-based policy allows the dynamodb:PutItem action",
  ],
  [
    "a session with a name of its own",
    call("ssm", session),
    { action: "ssm:SendCommand", resource: "arn:aws:ssm:eu-west-1::document/x" },
    "User: arn:aws:sts::123456789012:assumed-role/muster-launch/i-0abc is not authorized to perform: ssm:SendCommand on resource: arn:aws:ssm:eu-west-1::document/x because no identity-based policy allows the ssm:SendCommand action",
  ],
  [
    "a user, and an action without resources",
    call("lambda", user),
    { action: "lambda:ListFunctions", resource: "*" },
    "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: lambda:ListFunctions on resource: * because no identity-based policy allows the lambda:ListFunctions action",
  ],
  [
    "EC2, which then names no resource",
    call("ec2", user),
    { action: "ec2:DescribeInstances", resource: "*" },
    "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action",
  ],
])("a refusal says who may not do what: %s", (_title, denied, request, expected) => {
  expect(denialMessage(request, denied)).toBe(expected);
});
