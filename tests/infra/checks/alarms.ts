import { ofType, type Recording } from "../synth/recording.ts";
import { objectOf, textOf, type Check } from "./check.ts";

/** A failure of a machine and a message in a queue are watched, whatever the manifest says. */
export const checkAlarms: Check = (recording) => [
  ...ofType(recording, "aws:sfn/stateMachine:StateMachine")
    .filter(({ state }) => !isWatched(recording, "ExecutionsFailed", "StateMachineArn", state["arn"]))
    .map(({ inputs }) => `no alarm watches machine ${textOf(inputs, "name")}`),
  ...ofType(recording, "aws:sqs/queue:Queue")
    .filter(({ inputs }) => !isWatched(recording, "ApproximateNumberOfMessagesVisible", "QueueName", inputs["name"]))
    .map(({ inputs }) => `no alarm watches queue ${textOf(inputs, "name")}`),
];

function isWatched(recording: Recording, metric: string, dimension: string, value: unknown): boolean {
  return alarms(recording).some(
    ({ inputs }) => inputs["metricName"] === metric && objectOf(inputs, "dimensions")[dimension] === value,
  );
}

function alarms(recording: Recording) {
  return ofType(recording, "aws:cloudwatch/metricAlarm:MetricAlarm");
}
