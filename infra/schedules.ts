import type { Manifest } from "@muster/manifest";
import type { Functions } from "./functions.ts";
import { logicalName, required } from "./names.ts";
import type { Queues } from "./queues.ts";
import { createRole } from "./roles.ts";

export function createSchedules(manifest: Manifest, functions: Functions, queues: Queues): void {
  for (const schedule of manifest.schedules) {
    const name = logicalName(schedule.name.replace(`muster-${$app.stage}-`, ""));
    new aws.scheduler.Schedule(`${name}Schedule`, {
      name: schedule.name,
      description: schedule.description,
      scheduleExpression: schedule.expression,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: required(functions, schedule.functionName).alias.arn,
        roleArn: createRole(name, schedule.role, manifest).arn,
        input: "{}",
        deadLetterConfig: { arn: required(queues, schedule.deadLetterQueueArn).arn },
        retryPolicy: {
          maximumRetryAttempts: schedule.retry.attempts,
          maximumEventAgeInSeconds: schedule.retry.maximumAgeSeconds,
        },
      },
    });
  }
}
