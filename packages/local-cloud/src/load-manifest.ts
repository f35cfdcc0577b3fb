import type { Manifest, MachineResource, RoleResource } from "@muster/manifest";
import type { Call, Caller, ServiceName, ServicePlugin } from "./kernel/service.ts";
import { tableInput } from "./load-table.ts";
import type { Iam } from "./services/iam/create-iam.ts";

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

/** Makes every resource of a manifest, as a deployment would. */
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
      managedPolicies: role.managedPolicies,
    });
  }
  iam.putInstanceProfile({ name: manifest.nodeProfile.name, roleName: manifest.nodeProfile.role.name });
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
  for (const machine of manifest.machines) {
    await load("states", "CreateStateMachine", {
      name: machine.machineName,
      definition: substitute(stack.definitions[machine.name], machine),
      roleArn: machine.role.arn,
      type: "STANDARD",
    });
  }
  for (const rule of manifest.rules) await loadRule(manifest, rule, load);
  for (const schedule of manifest.schedules) {
    await load("scheduler", "CreateSchedule", {
      Name: schedule.name,
      Description: schedule.description,
      ScheduleExpression: schedule.expression,
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: functionArn(manifest, schedule.functionName), RoleArn: schedule.role.arn, Input: "{}" },
    });
  }
}

function rolesOf({ functions, machines, schedules, nodeProfile }: Manifest): RoleResource[] {
  return [...functions, ...machines, ...schedules, nodeProfile].map((owner) => owner.role);
}

function functionArn(manifest: Manifest, name: string): string {
  const found = manifest.functions.find((f) => f.name === name);
  if (found === undefined) throw new Error(`function ${name} is called, and the manifest does not have it`);
  return found.arn;
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

/** A definition with its placeholders replaced: `${function:x}` and `${machine:x}`, and no other. */
export function substitute(definition: string | undefined, machine: MachineResource): string {
  if (definition === undefined) throw new Error(`machine ${machine.name} has no definition`);
  return definition.replaceAll(/\$\{([\w-]+:[\w-]+)\}/g, (whole, name: string) => {
    const arn = machine.substitutions[name];
    if (arn === undefined)
      throw new Error(`the definition of ${machine.name} names ${whole}, which the manifest does not give it`);
    return arn;
  });
}
