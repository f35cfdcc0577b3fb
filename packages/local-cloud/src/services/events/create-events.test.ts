import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  InvalidEventPatternException,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type PutRuleCommandInput,
} from "@aws-sdk/client-eventbridge";
import { describe, expect, it } from "vitest";
import { roleCaller } from "../../testing/test-cloud.ts";
import { everything, functionArn, machineArn, roleArn, withBus } from "./testing/bus-world.ts";

describe("a rule", () => {
  it("is put, described, listed, disabled, enabled and deleted", async () => {
    const { cloud, client, put } = withBus();
    const RuleArn = await put({ ...everything, Description: "all of it" });
    expect(RuleArn).toBe("arn:aws:events:eu-central-1:123456789012:rule/rule");
    const describeRule = () => cloud.run(client.send(new DescribeRuleCommand({ Name: "rule" })));
    expect(await describeRule()).toMatchObject({ Arn: RuleArn, State: "ENABLED", EventBusName: "default" });
    await cloud.run(client.send(new DisableRuleCommand({ Name: "rule" })));
    expect((await describeRule()).State).toBe("DISABLED");
    await cloud.run(client.send(new EnableRuleCommand({ Name: "rule" })));
    expect((await describeRule()).State).toBe("ENABLED");
    await put({ Name: "another", ...everything });
    const listed = await cloud.run(client.send(new ListRulesCommand({ Limit: 1 })));
    const rest = await cloud.run(client.send(new ListRulesCommand({ Limit: 1, NextToken: listed.NextToken })));
    expect([listed.Rules?.[0]?.Name, rest.Rules?.[0]?.Name, rest.NextToken]).toEqual(["another", "rule", undefined]);
    await cloud.run(client.send(new DeleteRuleCommand({ Name: "rule" })));
    await expect(describeRule()).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Rule rule does not exist on EventBus default.",
    });
    await expect(cloud.run(client.send(new DeleteRuleCommand({ Name: "rule" })))).resolves.toBeDefined();
  });

  it("that is put again loses what is left out, and keeps its targets", async () => {
    const { cloud, client, put } = withBus();
    await put({ ...everything, Description: "first" }, [{ Id: "1", Arn: functionArn }]);
    await put({ EventPattern: '{"source":["x"]}' });
    const rule = await cloud.run(client.send(new DescribeRuleCommand({ Name: "rule" })));
    expect(rule).toMatchObject({ EventPattern: '{"source":["x"]}' });
    expect(rule.Description).toBeUndefined();
    const { Targets } = await cloud.run(client.send(new ListTargetsByRuleCommand({ Rule: "rule" })));
    expect(Targets).toEqual([{ Id: "1", Arn: functionArn }]);
  });

  it("cannot be deleted while it has targets", async () => {
    const { cloud, client, put } = withBus();
    await put(everything, [{ Id: "1", Arn: functionArn }]);
    const remove = () => cloud.run(client.send(new DeleteRuleCommand({ Name: "rule" })));
    await expect(remove()).rejects.toMatchObject({
      name: "ValidationException",
      message: "Rule can't be deleted since it has targets.",
    });
    await cloud.run(client.send(new RemoveTargetsCommand({ Rule: "rule", Ids: ["1", "never-there"] })));
    await expect(remove()).resolves.toBeDefined();
  });

  it("carries tags", async () => {
    const { cloud, client, put } = withBus();
    const ResourceARN = await put({ ...everything, Tags: [{ Key: "a", Value: "1" }] });
    await cloud.run(client.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: "b", Value: "2" }] })));
    await cloud.run(client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["a"] })));
    const { Tags } = await cloud.run(client.send(new ListTagsForResourceCommand({ ResourceARN })));
    expect(Tags).toEqual([{ Key: "b", Value: "2" }]);
  });

  it.each<[string, PutRuleCommandInput, string, string]>([
    [
      "nothing to match",
      { Name: "r" },
      "ValidationException",
      "Parameter(s) EventPattern or ScheduleExpression must be specified.",
    ],
    [
      "a bad schedule",
      { Name: "r", ScheduleExpression: "rate(1 minutes)" },
      "ValidationException",
      "Parameter ScheduleExpression is not valid.",
    ],
    [
      "a bad name",
      { Name: "a b", ...everything },
      "ValidationException",
      "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ],
    [
      "another bus",
      { Name: "r", ...everything, EventBusName: "mine" },
      "ResourceNotFoundException",
      "Event bus mine does not exist.",
    ],
    [
      "a pattern over the quota",
      { Name: "r", EventPattern: `{"source":["${"x".repeat(2_048)}"]}` },
      "LimitExceededException",
      "The requested resource exceeds the maximum number allowed.",
    ],
  ])("is refused with %s", async (_, input, name, message) => {
    const { cloud, client } = withBus();
    await expect(cloud.run(client.send(new PutRuleCommand(input)))).rejects.toMatchObject({ name, message });
  });

  it("number 301 is refused, and so is target number 6", async () => {
    const { put, client, cloud } = withBus();
    for (let index = 0; index < 300; index++) await put({ Name: `r${index}`, ...everything });
    await expect(put({ Name: "one-more", ...everything })).rejects.toMatchObject({ name: "LimitExceededException" });
    const Targets = Array.from({ length: 6 }, (_, index) => ({ Id: `${index}`, Arn: functionArn }));
    await expect(cloud.run(client.send(new PutTargetsCommand({ Rule: "r0", Targets })))).rejects.toMatchObject({
      name: "LimitExceededException",
    });
  });

  it("with a bad pattern is an error of its own class", async () => {
    const { put } = withBus();
    await expect(put({ EventPattern: '{"source":"x"}' })).rejects.toBeInstanceOf(InvalidEventPatternException);
  });
});

it("asks IAM with tags, the event's source, and for the role that is handed over", async () => {
  const { cloud, client, put, asked } = withBus({ caller: roleCaller("setup") });
  await put({ ...everything, Tags: [{ Key: "muster:cluster", Value: "c1" }] }, [
    { Id: "1", Arn: machineArn, RoleArn: roleArn },
  ]);
  await cloud.run(
    client.send(new PutEventsCommand({ Entries: [{ Source: "muster", DetailType: "t", Detail: "{}" }] })),
  );
  const rule = "arn:aws:events:eu-central-1:123456789012:rule/rule";
  expect(asked).toEqual([
    expect.objectContaining({
      action: "events:PutRule",
      resource: rule,
      context: { "aws:RequestTag/muster:cluster": "c1", "aws:TagKeys": ["muster:cluster"] },
    }),
    expect.objectContaining({ action: "events:TagResource", resource: rule }),
    { action: "events:PutTargets", resource: rule, context: { "aws:ResourceTag/muster:cluster": "c1" } },
    {
      action: "iam:PassRole",
      resource: roleArn,
      context: { "iam:PassedToService": "events.amazonaws.com" },
    },
    {
      action: "events:PutEvents",
      resource: "arn:aws:events:eu-central-1:123456789012:event-bus/default",
      context: { "events:source": "muster", "events:detail-type": "t" },
    },
  ]);
});
