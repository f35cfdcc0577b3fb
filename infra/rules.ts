import { LIVE, type Manifest } from "@muster/manifest";
import type { Functions } from "./functions.ts";
import { logicalName, required } from "./names.ts";
import type { Queues } from "./queues.ts";

/** Rules on the account's default bus, each with the permission to call its function, and no other. */
export function createRules(manifest: Manifest, functions: Functions, queues: Queues): void {
  for (const rule of manifest.rules) {
    const name = logicalName(rule.name.replace(`muster-${$app.stage}-`, ""));
    const target = required(functions, rule.functionName);
    const created = new aws.cloudwatch.EventRule(`${name}Rule`, {
      name: rule.name,
      description: rule.description,
      eventPattern: JSON.stringify(rule.pattern),
    });
    const permission = new aws.lambda.Permission(`${name}RulePermission`, {
      action: "lambda:InvokeFunction",
      function: target.functionName,
      qualifier: LIVE,
      principal: "events.amazonaws.com",
      sourceArn: created.arn,
      // It names the alias, which has to be there.
      statementId: target.aliasArn.apply(() => `rule-${rule.name}`),
    });
    new aws.cloudwatch.EventTarget(
      `${name}RuleTarget`,
      {
        rule: created.name,
        targetId: rule.functionName,
        arn: target.aliasArn,
        deadLetterConfig: { arn: required(queues, rule.deadLetterQueueArn).arn },
      },
      { dependsOn: [permission] },
    );
  }
}
