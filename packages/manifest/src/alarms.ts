import type { AlarmResource, MachineResource, Place } from "./manifest.ts";
import { namesOf } from "./names.ts";

/**
 * What a person is told of: an operation that failed or ran out of time, an event that nobody could handle, a sweep that
 * cannot run. One metric each, since CloudWatch bills by metric, and the first ten of an account are free: what happens
 * within an operation shows in its end, so that of nested machines only failures are looked at.
 */
export function alarmsOf(place: Place, machines: readonly MachineResource[]): AlarmResource[] {
  return [...machines.flatMap((machine) => machineAlarms(place, machine)), deadLetterAlarm(place), sweepAlarm(place)];
}

function machineAlarms(place: Place, machine: MachineResource): AlarmResource[] {
  const names = namesOf(place);
  const alarm = (name: string, metric: string, description: string): AlarmResource => ({
    name: names.functionName(`${machine.name}-${name}`),
    description,
    namespace: "AWS/States",
    metric,
    // Of all its versions: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
    dimensions: { StateMachineArn: machine.arn },
    statistic: "Sum",
    periodSeconds: FIVE_MINUTES,
    threshold: 1,
  });
  const failed = alarm("failed", "ExecutionsFailed", `An execution of ${machine.name} failed: its error says why`);
  if (!machine.isOperation) return [failed];
  return [
    failed,
    alarm("timed-out", "ExecutionsTimedOut", `An execution of ${machine.name} ran out of time: the sweep cleans up`),
  ];
}

function deadLetterAlarm(place: Place): AlarmResource {
  const queue = namesOf(place).queueName("dead-letters");
  return {
    name: queue,
    description: "An event or a sweep could not be delivered, or handled in three attempts: read it in the queue",
    namespace: "AWS/SQS",
    metric: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queue },
    statistic: "Maximum",
    periodSeconds: FIVE_MINUTES,
    threshold: 1,
  };
}

function sweepAlarm(place: Place): AlarmResource {
  const names = namesOf(place);
  return {
    name: names.functionName("sweep-failed"),
    description: "A sweep failed: if it goes on, dead operations and strays are not found",
    namespace: "AWS/Lambda",
    metric: "Errors",
    dimensions: { FunctionName: names.functionName("reconcile-clusters") },
    statistic: "Sum",
    periodSeconds: 900,
    // Its next attempt may come after these minutes: more than one would not be counted together.
    threshold: 1,
  };
}

const FIVE_MINUTES = 300;
