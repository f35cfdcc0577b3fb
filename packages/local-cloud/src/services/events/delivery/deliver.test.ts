import { describe, expect, it } from "vitest";
import { AwsError } from "../../../kernel/aws-error.ts";
import {
  attributesOf,
  deadLetterQueue,
  everything,
  machineArn,
  queueArn,
  roleArn,
  stateChange,
  withBus,
} from "../testing/bus-world.ts";

const throttled = () => new AwsError("ThrottlingException", "Rate exceeded");

describe("a target that fails", () => {
  it("is tried again with growing pauses until it works", async () => {
    const { cloud, events, put, started, errors } = withBus();
    errors.push(...Array.from({ length: 6 }, throttled));
    await put(everything, [{ Id: "1", Arn: machineArn, RoleArn: roleArn }]);
    events.emit(stateChange("running"));
    await cloud.clock.advance(31_000);
    expect(started).toHaveLength(0);
    await cloud.clock.advance(40_000);
    expect(started).toHaveLength(1);
    expect(events.counts()).toMatchObject({ matched: 1, delivered: 1, dropped: 0 });
  });

  it("is given up after its attempts, to the dead-letter queue with AWS's attributes", async () => {
    const { cloud, events, put, errors } = withBus();
    const receive = await deadLetterQueue(cloud);
    errors.push(...Array.from({ length: 3 }, throttled));
    const ruleArn = await put(everything, [
      {
        Id: "1",
        Arn: machineArn,
        RoleArn: roleArn,
        RetryPolicy: { MaximumRetryAttempts: 2 },
        DeadLetterConfig: { Arn: queueArn },
      },
    ]);
    events.emit(stateChange("running"));
    await cloud.clock.advance(60_000);
    const messages = await receive();
    expect(messages).toHaveLength(1);
    expect(attributesOf(messages[0])).toEqual({
      RULE_ARN: ruleArn,
      TARGET_ARN: machineArn,
      ERROR_CODE: "THROTTLING",
      ERROR_MESSAGE: "Rate exceeded",
      EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
      RETRY_ATTEMPTS: "2",
    });
    expect(JSON.parse(messages[0]?.Body ?? "")).toMatchObject({ source: "aws.ec2", detail: { state: "running" } });
    expect(events.counts()).toMatchObject({ deadLettered: 1, dropped: 0 });
  });

  it("is given up after 185 attempts or 24 hours, whichever comes first", async () => {
    const { cloud, events, put, errors } = withBus();
    const receive = await deadLetterQueue(cloud);
    errors.push(...Array.from({ length: 500 }, throttled));
    await put(everything, [{ Id: "1", Arn: machineArn, RoleArn: roleArn, DeadLetterConfig: { Arn: queueArn } }]);
    events.emit(stateChange("running"));
    await cloud.clock.advance(25 * 3_600_000);
    expect(attributesOf((await receive())[0])).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
      RETRY_ATTEMPTS: "185",
    });
    expect(errors).toHaveLength(500 - 186);
  });

  it("is given up when the event is too old", async () => {
    const { cloud, events, put, errors } = withBus();
    const receive = await deadLetterQueue(cloud);
    errors.push(...Array.from({ length: 99 }, throttled));
    await put(everything, [
      {
        Id: "1",
        Arn: machineArn,
        RoleArn: roleArn,
        RetryPolicy: { MaximumEventAgeInSeconds: 60 },
        DeadLetterConfig: { Arn: queueArn },
      },
    ]);
    events.emit(stateChange("running"));
    await cloud.clock.advance(70_000);
    expect(attributesOf((await receive())[0])["EXHAUSTED_RETRY_CONDITION"]).toBe("MaximumEventAgeInSeconds");
  });

  it.each([
    ["AccessDeniedException", "NO_PERMISSIONS"],
    ["StateMachineDoesNotExist", "NO_RESOURCE"],
    ["ExecutionAlreadyExists", "RESOURCE_ALREADY_EXISTS"],
    ["InvalidExecutionInput", "SDK_CLIENT_ERROR"],
  ])("with %s is not tried again", async (code, kind) => {
    const { cloud, events, put, errors, started } = withBus();
    const receive = await deadLetterQueue(cloud);
    errors.push(new AwsError(code, "no"));
    await put(everything, [{ Id: "1", Arn: machineArn, RoleArn: roleArn, DeadLetterConfig: { Arn: queueArn } }]);
    events.emit(stateChange("running"));
    await cloud.clock.advance(10_000);
    const attributes = attributesOf((await receive())[0]);
    expect(attributes).toMatchObject({ ERROR_CODE: kind, RETRY_ATTEMPTS: "0" });
    expect(attributes).not.toHaveProperty("EXHAUSTED_RETRY_CONDITION");
    expect(started).toHaveLength(0);
  });

  it("because its role does not trust EventBridge lacks permissions", async () => {
    const { cloud, events, put, started } = withBus({ canAssume: () => false });
    const receive = await deadLetterQueue(cloud);
    await put(everything, [{ Id: "1", Arn: machineArn, RoleArn: roleArn, DeadLetterConfig: { Arn: queueArn } }]);
    events.emit(stateChange("running"));
    await cloud.clock.advance(10_000);
    expect(attributesOf((await receive())[0])["ERROR_CODE"]).toBe("NO_PERMISSIONS");
    expect(started).toHaveLength(0);
  });

  it("without a dead-letter queue is dropped, and counted", async () => {
    const { cloud, events, put, errors } = withBus();
    errors.push(new AwsError("StateMachineDoesNotExist", "no"));
    await put(everything, [{ Id: "1", Arn: machineArn, RoleArn: roleArn }]);
    events.emit(stateChange("running"));
    await cloud.clock.advance(10_000);
    expect(events.counts()).toMatchObject({ deadLettered: 0, dropped: 1 });
  });
});
