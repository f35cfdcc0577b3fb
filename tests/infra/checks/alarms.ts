import { ofType, type Recording } from "../synth/recording.ts";
import { listOf, objectOf, textOf, type Check } from "./check.ts";

/** A failure of a machine and a message in a queue are told to somebody. */
export const checkAlarms: Check = (recording) => [
  ...ofType(recording, "aws:sfn/stateMachine:StateMachine")
    .filter(({ state }) => !isWatched(recording, "ExecutionsFailed", "StateMachineArn", state["arn"]))
    .map(({ inputs }) => `no alarm watches machine ${textOf(inputs, "name")}`),
  ...ofType(recording, "aws:sqs/queue:Queue")
    .filter(({ inputs }) => !isWatched(recording, "ApproximateNumberOfMessagesVisible", "QueueName", inputs["name"]))
    .map(({ inputs }) => `no alarm watches queue ${textOf(inputs, "name")}`),
  ...alarms(recording)
    .filter(({ inputs }) => !tellsTopic(recording, inputs))
    .map(({ inputs }) => `alarm ${textOf(inputs, "name")} tells nobody`),
];

function isWatched(recording: Recording, metric: string, dimension: string, value: unknown): boolean {
  return alarms(recording).some(
    ({ inputs }) => inputs["metricName"] === metric && objectOf(inputs, "dimensions")[dimension] === value,
  );
}

function tellsTopic(recording: Recording, inputs: Readonly<Record<string, unknown>>): boolean {
  const actions = listOf(inputs, "alarmActions");
  return ofType(recording, "aws:sns/topic:Topic").some(({ state }) => actions.includes(state["arn"]));
}

function alarms(recording: Recording) {
  return ofType(recording, "aws:cloudwatch/metricAlarm:MetricAlarm");
}
