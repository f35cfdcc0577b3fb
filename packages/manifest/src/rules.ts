import type { Place, RuleResource } from "./manifest.ts";
import { namesOf, type Names } from "./names.ts";

/** What happens in the account and may concern a cluster. An event is only a hint: whoever is called looks for itself. */
export function rulesOf(place: Place): RuleResource[] {
  const names = namesOf(place);
  return PLANS.map(({ name, description, pattern }) => ({
    name: `${names.documentPrefix}${name}`,
    arn: names.ruleArn(`${names.documentPrefix}${name}`),
    description,
    pattern: pattern(names),
    functionName: "watch-progress",
    deadLetterQueueArn: names.queueArn("dead-letters"),
  }));
}

interface Plan {
  readonly name: string;
  readonly description: string;
  readonly pattern: (names: Names) => RuleResource["pattern"];
}

const PLANS: readonly Plan[] = [
  {
    name: "command-ended",
    description: "A hook's command has ended: whoever waits for it looks",
    pattern: (names) => ({
      source: ["aws.ssm"],
      "detail-type": ["EC2 Command Status-change Notification"],
      detail: {
        "document-name": [{ prefix: names.documentPrefix }],
        status: ["Success", "Failed", "TimedOut", "Cancelled"],
      },
    }),
  },
  {
    name: "instance-ending",
    description: "An instance stops or ends: if an operation counts on it, it looks",
    pattern: () => ({
      source: ["aws.ec2"],
      "detail-type": ["EC2 Instance State-change Notification"],
      // Good news (pending, running) comes a thousand times at once, and says less than one look does.
      detail: { state: ["stopping", "shutting-down"] },
    }),
  },
  {
    name: "instance-doomed",
    description: "AWS is about to take a spot instance back, or expects to",
    pattern: () => ({
      source: ["aws.ec2"],
      "detail-type": ["EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation"],
    }),
  },
  {
    name: "health",
    description: "AWS Health: hardware of instances fails, or will be maintained",
    pattern: () => ({
      source: ["aws.health"],
      "detail-type": ["AWS Health Event"],
      detail: { service: ["EC2"], eventTypeCategory: ["issue", "scheduledChange"] },
    }),
  },
  {
    name: "cluster-alarm",
    description: "A cluster's own CloudWatch alarm asks for more or fewer clients",
    pattern: (names) => ({
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm State Change"],
      // The stack's own alarms are for people, and have other names.
      detail: { alarmName: [{ prefix: names.clusterAlarmPrefix }], state: { value: ["ALARM"] } },
    }),
  },
];
