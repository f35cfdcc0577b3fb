import { LIVE, substitute, type Manifest, type RoleResource } from "@muster/manifest";
import type { Call, Caller, ServiceName, ServicePlugin } from "./kernel/service.ts";
import { tableInput } from "./load-table.ts";
import type { Iam } from "./services/iam/create-iam.ts";
import { FIRST_VERSION } from "./services/lambda/function-host.ts";

/** Performs one operation of a service, as the account's user. */
export type Load = (service: ServiceName, operation: string, input: unknown) => Promise<unknown>;

/** Calls plugins directly: what is made before time begins takes no time, is not throttled and is not counted. */
export function loader(plugins: readonly ServicePlugin[], user: Caller): Load {
  return async (service, operation, input) => {
    const handler = plugins.find((plugin) => plugin.service === service)?.operations[operation];
    if (handler === undefined) throw new Error(`the embedded cloud has no ${service}:${operation}`);
    const call: Call = { service, operation, caller: user, requestId: "load" };
    return handler(input, call) as unknown;
  };
}

/**
 * Makes every resource of a manifest, as a deployment would. Log groups, the topic and the stack's own alarms are left
 * out: nothing of Muster reads them.
 */
export async function loadManifest(stack: {
  readonly load: Load;
  readonly iam: Iam;
  readonly manifest: Manifest;
  readonly definitions: Readonly<Record<string, string>>;
}): Promise<void> {
  const { manifest, iam, load } = stack;
  for (const role of rolesOf(manifest)) {
    iam.putRole({
      name: role.name,
      arn: role.arn,
      trustedServices: [role.trustedService],
      statements: role.statements,
    });
  }
  iam.putPolicy(manifest.nodePolicy);
  await load("dynamodb", "CreateTable", tableInput(manifest.table));
  for (const queue of manifest.queues) {
    await load("sqs", "CreateQueue", {
      QueueName: queue.name,
      Attributes: { MessageRetentionPeriod: String(queue.retentionSeconds) },
    });
  }
  for (const document of manifest.documents) {
    await load("ssm", "CreateDocument", {
      Name: document.name,
      Content: JSON.stringify(document.content),
      DocumentType: "Command",
      DocumentFormat: "JSON",
      TargetType: "/AWS::EC2::Instance",
    });
  }
  await loadMachines(stack);
  for (const rule of manifest.rules) await loadRule(manifest, rule, load);
  for (const schedule of manifest.schedules) {
    await load("scheduler", "CreateSchedule", {
      Name: schedule.name,
      Description: schedule.description,
      ScheduleExpression: schedule.expression,
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: functionArn(manifest, schedule.functionName),
        RoleArn: schedule.role.arn,
        Input: "{}",
        DeadLetterConfig: { Arn: schedule.deadLetterQueueArn },
        RetryPolicy: {
          MaximumRetryAttempts: schedule.retry.attempts,
          MaximumEventAgeInSeconds: schedule.retry.maximumAgeSeconds,
        },
      },
    });
  }
}

function rolesOf({ functions, machines, schedules }: Manifest): RoleResource[] {
  return [...functions, ...machines, ...schedules].map((owner) => owner.role);
}

function functionArn(manifest: Manifest, name: string): string {
  const found = manifest.functions.find((f) => f.name === name);
  if (found === undefined) throw new Error(`function ${name} is called, and the manifest does not have it`);
  return found.aliasArn;
}

/** The first version of every machine, which names the first version of every function and machine that it calls. */
async function loadMachines({ load, manifest, definitions }: Parameters<typeof loadManifest>[0]): Promise<void> {
  const versions: Record<string, string> = Object.fromEntries(
    manifest.functions.map(({ name, arn }) => [`function:${name}`, `${arn}:${FIRST_VERSION}`]),
  );
  for (const machine of manifest.machines) {
    const created = (await load("states", "CreateStateMachine", {
      name: machine.machineName,
      definition: substitute(definitions[machine.name], machine, versions),
      roleArn: machine.role.arn,
      type: "STANDARD",
      publish: true,
    })) as { stateMachineVersionArn: string };
    versions[`machine:${machine.name}`] = created.stateMachineVersionArn;
    await load("states", "CreateStateMachineAlias", {
      name: LIVE,
      routingConfiguration: [{ stateMachineVersionArn: created.stateMachineVersionArn, weight: 100 }],
    });
  }
}

async function loadRule(manifest: Manifest, rule: Manifest["rules"][number], load: Load): Promise<void> {
  await load("events", "PutRule", {
    Name: rule.name,
    Description: rule.description,
    EventPattern: JSON.stringify(rule.pattern),
    State: "ENABLED",
  });
  await load("events", "PutTargets", {
    Rule: rule.name,
    Targets: [
      {
        Id: rule.functionName,
        Arn: functionArn(manifest, rule.functionName),
        DeadLetterConfig: { Arn: rule.deadLetterQueueArn },
      },
    ],
  });
}
