import type { Statement } from "@muster/manifest";

/** A policy that stands for itself: AWS's, or the account's own. */
export interface ManagedPolicy {
  readonly name: string;
  readonly arn: string;
  readonly statements: readonly Statement[];
}

const SSM_AGENT = "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSSMManagedInstanceCore.html";
const LAMBDA_LOGS = "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html";

/** The managed policies that Muster's roles carry, as AWS publishes them, by ARN. */
export const MANAGED_POLICIES: ReadonlyMap<string, ManagedPolicy> = new Map(
  [
    managed("AmazonSSMManagedInstanceCore", "", SSM_AGENT, {
      ssm: [
        "DescribeAssociation",
        "GetDeployablePatchSnapshotForInstance",
        "GetDocument",
        "DescribeDocument",
        "GetManifest",
        "GetParameter",
        "GetParameters",
        "ListAssociations",
        "ListInstanceAssociations",
        "PutInventory",
        "PutComplianceItems",
        "PutConfigurePackageResult",
        "UpdateAssociationStatus",
        "UpdateInstanceAssociationStatus",
        "UpdateInstanceInformation",
      ],
      ssmmessages: ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"],
      ec2messages: ["AcknowledgeMessage", "DeleteMessage", "FailMessage", "GetEndpoint", "GetMessages", "SendReply"],
    }),
    managed("AWSLambdaBasicExecutionRole", "service-role/", LAMBDA_LOGS, {
      logs: ["CreateLogGroup", "CreateLogStream", "PutLogEvents"],
    }),
  ].map((policy) => [policy.arn, policy]),
);

function managed(
  name: string,
  path: string,
  source: string,
  services: Readonly<Record<string, readonly string[]>>,
): ManagedPolicy {
  const statements = Object.entries(services).map(([service, actions]) => ({
    sid: `${name}-${service}`,
    actions: actions.map((action) => `${service}:${action}`),
    resources: ["*"],
    wildcardReason: `AWS's own policy: ${source}`,
  }));
  return { name, arn: `arn:aws:iam::aws:policy/${path}${name}`, statements };
}
