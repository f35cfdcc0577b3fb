import { ofType } from "../synth/recording.ts";
import { textOf, type Check } from "./check.ts";
import { POLICY, ROLE, statementsOf, type PolicyStatement } from "./policies.ts";

/**
 * Actions that may be allowed on everything, or on everything of a type, each with the reason. It is kept apart from the
 * manifest, so that a new wildcard needs two people's eyes.
 */
const WIDE: Readonly<Record<string, readonly string[]>> = {
  "AWS knows no resources for them": [
    "ec2:DescribeImages",
    "ec2:DescribeInstanceTypeOfferings",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeInstances",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribePlacementGroups",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVolumes",
    "iam:GetAccountSummary",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "secretsmanager:GetRandomPassword",
    "ssm:DescribeInstanceInformation",
    "ssm:GetCommandInvocation",
    "ssm:ListCommandInvocations",
    "ssm:ListCommands",
    "states:SendTaskFailure",
    "states:SendTaskSuccess",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
  ],
  "A spec names the user's own network, image, profile and secrets, which are known only then": [
    "ec2:RunInstances",
    "iam:GetInstanceProfile",
    "secretsmanager:DescribeSecret",
  ],
  "Limits of the account are nobody's secret": [
    "servicequotas:GetAWSDefaultServiceQuota",
    "servicequotas:GetServiceQuota",
  ],
};

/** No action is a wildcard, and no resource is one but for the list above. */
export const checkWildcards: Check = (recording) =>
  [...ofType(recording, ROLE), ...ofType(recording, POLICY)].flatMap((holder) => {
    const name = textOf(holder.inputs, "name");
    return statementsOf(holder).flatMap((statement) => [
      ...statement.Action.filter((action) => action.includes("*")).map((action) => `role ${name} may ${action}`),
      ...statement.Resource.filter((resource) => isWide(resource, statement)).flatMap((resource) =>
        statement.Action.filter((action) => !allowed.has(action)).map(
          (action) => `role ${name} may ${action} on ${resource}, for no reason that is listed`,
        ),
      ),
    ]);
  });

const allowed: ReadonlySet<string> = new Set(Object.values(WIDE).flat());

/** Everything, or everything of a type; a condition, such as on the stage's tag, makes less of it. */
function isWide(resource: string, { Condition }: PolicyStatement): boolean {
  if (resource === "*") return true;
  const [, , , , , ...rest] = resource.split(":");
  return Condition === undefined && /^(?:[\w-]+[:/])?\*$/.test(rest.join(":"));
}
