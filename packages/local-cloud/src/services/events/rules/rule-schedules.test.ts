import { DeleteRuleCommand, EnableRuleCommand, RemoveTargetsCommand } from "@aws-sdk/client-eventbridge";
import { describe, expect, it } from "vitest";
import { functionArn, withBus } from "../testing/bus-world.ts";

describe("a scheduled rule", () => {
  it.each([
    ["rate(5 minutes)", ["12:05", "12:10", "12:15"]],
    ["cron(0/20 12 * * ? *)", ["12:20", "12:40"]],
  ])("%s sends its own event to its targets", async (ScheduleExpression, expected) => {
    const { cloud, put, got } = withBus();
    const RuleArn = await put({ ScheduleExpression }, [{ Id: "1", Arn: functionArn }]);
    await cloud.clock.advance((expected.length === 3 ? 18 : 65) * 60_000);
    expect(got).toMatchObject(
      expected.map((time) => ({
        source: "aws.events",
        "detail-type": "Scheduled Event",
        time: expect.stringContaining(`T${time}`),
        resources: [RuleArn],
        detail: {},
      })),
    );
  });

  it("runs by its new schedule alone when it is put again", async () => {
    const { cloud, put, got } = withBus();
    await put({ ScheduleExpression: "rate(1 minute)" }, [{ Id: "1", Arn: functionArn }]);
    await put({ ScheduleExpression: "rate(10 minutes)" });
    await cloud.clock.advance(9 * 60_000);
    expect(got).toEqual([]);
    await cloud.clock.advance(2 * 60_000);
    expect(got).toHaveLength(1);
  });

  it("rests while it is disabled, and ends when it is deleted", async () => {
    const { cloud, client, put, got } = withBus();
    await put({ ScheduleExpression: "rate(1 minute)", State: "DISABLED" }, [{ Id: "1", Arn: functionArn }]);
    await cloud.clock.advance(300_000);
    expect(got).toEqual([]);
    await cloud.run(client.send(new EnableRuleCommand({ Name: "rule" })));
    await cloud.clock.advance(125_000);
    expect(got).toHaveLength(2);
    await cloud.run(client.send(new RemoveTargetsCommand({ Rule: "rule", Ids: ["1"] })));
    await cloud.run(client.send(new DeleteRuleCommand({ Name: "rule" })));
    await cloud.clock.advance(300_000);
    expect(got).toHaveLength(2);
  });
});
