import type { Manifest } from "@muster/manifest";
import { allowCall } from "./allow-call.ts";
import type { Functions } from "./functions.ts";
import { logicalName, required } from "./names.ts";
import type { Queues } from "./queues.ts";

/** Rules on the account's default bus, each with the permission to call its function, and no other. */
export function createRules(manifest: Manifest, functions: Functions, queues: Queues): void {
  for (const rule of manifest.rules) {
    const name = `${logicalName(rule.name.replace(`muster-${$app.stage}-`, ""))}Rule`;
    const target = required(functions, rule.functionName);
    const created = new aws.cloudwatch.EventRule(name, {
      name: rule.name,
      description: rule.description,
      eventPattern: JSON.stringify(rule.pattern),
    });
    const permission = allowCall(name, target, { service: "events.amazonaws.com", sourceArn: created.arn });
    new aws.cloudwatch.EventTarget(
      `${name}Target`,
      {
        rule: created.name,
        targetId: rule.functionName,
        arn: target.alias.arn,
        deadLetterConfig: { arn: required(queues, rule.deadLetterQueueArn).arn },
      },
      // An event that came in between would go to the dead letters.
      { dependsOn: [permission] },
    );
  }
}
