import { type Target } from "@aws-sdk/client-eventbridge";
import { describe, expect, it } from "vitest";
import {
  deadLetterQueue,
  everything,
  functionArn,
  machineArn,
  queueArn,
  roleArn,
  stateChange,
  withBus,
} from "../testing/bus-world.ts";

describe("a target", () => {
  it.each<[string, Target, string, string]>([
    [
      "a machine without a role",
      { Id: "1", Arn: machineArn },
      "ValidationException",
      `RoleArn is required for target ${machineArn}.`,
    ],
    [
      "no ARN",
      { Id: "1", Arn: "worker" },
      "ValidationException",
      "Parameter worker is not valid. Reason: Provided Arn is not in correct format.",
    ],
    ["a topic", { Id: "1", Arn: "arn:aws:sns:eu-central-1:123456789012:t" }, "NotImplemented", "the service sns"],
    [
      "two kinds of input",
      { Id: "1", Arn: functionArn, Input: "{}", InputPath: "$" },
      "ValidationException",
      "Only one of Input, InputPath, or InputTransformer must be provided for target 1.",
    ],
    [
      "an age under a minute",
      { Id: "1", Arn: functionArn, RetryPolicy: { MaximumEventAgeInSeconds: 59 } },
      "ValidationException",
      "Member must have value greater than or equal to 60",
    ],
    [
      "an unknown placeholder",
      { Id: "1", Arn: functionArn, InputTransformer: { InputPathsMap: { a: "$.id" }, InputTemplate: '"<b>"' } },
      "ValidationException",
      "invalid placeholder b",
    ],
  ])("is refused with %s", async (_, target, name, message) => {
    const { put } = withBus();
    await expect(put(everything, [target])).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it("that is a function gets the whole event", async () => {
    const { cloud, events, put, got } = withBus();
    await put({ EventPattern: '{"source":["aws.ec2"],"detail":{"state":["running"]}}' }, [
      { Id: "1", Arn: functionArn },
    ]);
    events.emit(stateChange("pending"));
    events.emit(stateChange("running"));
    await cloud.clock.advance(10_000);
    expect(got).toEqual([
      {
        version: "0",
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        "detail-type": "EC2 Instance State-change Notification",
        source: "aws.ec2",
        account: "123456789012",
        time: "2026-11-20T12:00:00Z",
        region: "eu-central-1",
        resources: ["arn:aws:ec2:eu-central-1:123456789012:instance/i-1"],
        detail: { "instance-id": "i-1", state: "running" },
      },
    ]);
  });

  it("that is a machine is started by the role, once for the same event", async () => {
    const { cloud, events, put, started } = withBus({ dials: { doubledSameId: 1 } });
    await put(everything, [{ Id: "1", Arn: machineArn, RoleArn: roleArn }]);
    events.emit(stateChange("running"));
    await cloud.clock.advance(10_000);
    expect(started).toHaveLength(2);
    expect(new Set(started.map(({ name }) => name)).size).toBe(1);
    expect(started[0]?.caller).toEqual({ arn: roleArn, isAccountUser: false });
    expect(JSON.parse(started[0]?.input ?? "")).toMatchObject({ detail: { state: "running" } });
  });

  it("that is a queue gets a message", async () => {
    const { cloud, events, put } = withBus();
    const receive = await deadLetterQueue(cloud);
    await put(everything, [{ Id: "1", Arn: queueArn, InputPath: "$.detail.state" }]);
    events.emit(stateChange("running"));
    await cloud.clock.advance(10_000);
    expect((await receive()).map(({ Body }) => Body)).toEqual(['"running"']);
  });

  it.each<[string, Partial<Target>, unknown]>([
    ["a constant", { Input: '{"fixed":true}' }, { fixed: true }],
    ["a part", { InputPath: "$.detail" }, { "instance-id": "i-1", state: "running" }],
    ["an element", { InputPath: "$.resources[0]" }, "arn:aws:ec2:eu-central-1:123456789012:instance/i-1"],
    ["all elements", { InputPath: "$.resources[*]" }, ["arn:aws:ec2:eu-central-1:123456789012:instance/i-1"]],
    [
      "a template",
      {
        InputTransformer: {
          InputPathsMap: { instance: "$.detail.instance-id", state: "$.detail.state", gone: "$.detail.gone" },
          InputTemplate:
            '{"instance": <instance>, "text": "the state of \\"<instance>\\" is <state>", "list": [9, <state>, true], "rule": <aws.events.rule-name>, "gone": "<gone>", "time": "<aws.events.event.ingestion-time>"}',
        },
      },
      {
        instance: "i-1",
        text: 'the state of "i-1" is running',
        list: [9, "running", true],
        rule: "rule",
        gone: "",
        time: "2026-11-20T12:00:00Z",
      },
    ],
    [
      "the event without its detail",
      { InputTransformer: { InputTemplate: '{"about": <aws.events.event>}' } },
      {
        about: {
          version: "0",
          id: "from the event",
          "detail-type": "EC2 Instance State-change Notification",
          source: "aws.ec2",
          account: "123456789012",
          time: "2026-11-20T12:00:00Z",
          region: "eu-central-1",
          resources: ["arn:aws:ec2:eu-central-1:123456789012:instance/i-1"],
        },
      },
    ],
    [
      "a text",
      { InputTransformer: { InputPathsMap: { s: "$.detail.state" }, InputTemplate: '"now <s>"' } },
      "now running",
    ],
  ])("may get %s instead", async (_, input, expected) => {
    const { cloud, events, put, got } = withBus();
    await put(everything, [{ Id: "1", Arn: functionArn, ...input }]);
    events.deliver({
      version: "0",
      id: "from the event",
      account: "123456789012",
      time: "2026-11-20T12:00:00Z",
      region: "eu-central-1",
      ...stateChange("running"),
    });
    await cloud.clock.advance(10_000);
    expect(got).toEqual([expected]);
  });
});
