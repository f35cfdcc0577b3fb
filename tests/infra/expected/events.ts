import { byInput, each, JsonText, required, type Expectation } from "./expectation.ts";

/** On the default bus, and enabled, which are AWS's defaults: neither is an input. */
const rules: Expectation = {
  type: "aws:cloudwatch/eventRule:EventRule",
  expected: (manifest) =>
    each(
      manifest.rules,
      ({ name }) => name,
      ({ name, description, pattern }) => ({ name, description, eventPattern: new JsonText(pattern) }),
    ),
};

/** Gets the event as it is, and AWS's 185 attempts within a day, which are the default: neither is an input. */
const targets: Expectation = {
  type: "aws:cloudwatch/eventTarget:EventTarget",
  keyOf: byInput("rule"),
  expected: ({ rules, functions }) =>
    each(
      rules,
      ({ name }) => name,
      ({ name, functionName, deadLetterQueueArn }) => ({
        rule: name,
        targetId: functionName,
        arn: required(
          functions.find((f) => f.name === functionName),
          functionName,
        ).aliasArn,
        deadLetterConfig: { arn: deadLetterQueueArn },
      }),
    ),
};

/** Enabled, which is AWS's default. Its function looks for itself, and is told nothing. */
const schedules: Expectation = {
  type: "aws:scheduler/schedule:Schedule",
  expected: ({ schedules, functions }) =>
    each(
      schedules,
      ({ name }) => name,
      ({ name, description, expression, functionName, role, retry, deadLetterQueueArn }) => ({
        name,
        description,
        scheduleExpression: expression,
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: required(
            functions.find((f) => f.name === functionName),
            functionName,
          ).aliasArn,
          roleArn: role.arn,
          input: "{}",
          deadLetterConfig: { arn: deadLetterQueueArn },
          retryPolicy: { maximumRetryAttempts: retry.attempts, maximumEventAgeInSeconds: retry.maximumAgeSeconds },
        },
      }),
    ),
};

export const events: readonly Expectation[] = [rules, targets, schedules];
