import { PutEventsCommand, TestEventPatternCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { describe, expect, it } from "vitest";
import { functionArn, withBus } from "./testing/bus-world.ts";

const good: PutEventsRequestEntry = { Source: "muster", DetailType: "cluster.ready", Detail: '{"cluster":"c1"}' };
const outside = { id: "1", account: "1", source: "s", time: "t", region: "r", "detail-type": "d" };

describe("PutEvents", () => {
  it("delivers what is good and answers for each of the rest", async () => {
    const { cloud, client, put, got } = withBus();
    await put({ EventPattern: '{"source":["muster"]}' }, [{ Id: "1", Arn: functionArn }]);
    const answer = await cloud.run(
      client.send(
        new PutEventsCommand({
          Entries: [
            good,
            { ...good, Detail: "[1]" },
            { ...good, Detail: "{" },
            { ...good, Source: "aws.ec2" },
            { Source: "muster", Detail: "{}" },
          ],
        }),
      ),
    );
    expect(answer.FailedEntryCount).toBe(4);
    expect(answer.Entries).toEqual([
      { EventId: expect.any(String) },
      { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
      { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
      { ErrorCode: "NotAuthorizedForSource", ErrorMessage: "Not authorized for the source." },
      {
        ErrorCode: "InvalidArgument",
        ErrorMessage: "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
      },
    ]);
    await cloud.clock.advance(5_000);
    expect(got).toMatchObject([{ id: answer.Entries?.[0]?.EventId, source: "muster", detail: { cluster: "c1" } }]);
  });

  it.each([
    ["eleven entries", Array.from({ length: 11 }, () => good), "Member must have length less than or equal to 10"],
    [
      "more than 256 KiB",
      [{ ...good, Detail: JSON.stringify({ x: "x".repeat(262_144) }) }],
      "Total size of the entries in the request is over the limit.",
    ],
  ])("refuses %s", async (_, Entries, message) => {
    const { cloud, client } = withBus();
    await expect(cloud.run(client.send(new PutEventsCommand({ Entries })))).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(message),
    });
  });
});

describe("TestEventPattern", () => {
  it("answers whether it matches", async () => {
    const { cloud, client } = withBus();
    const test = (EventPattern: string) =>
      cloud.run(client.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(outside) })));
    expect((await test('{"source":["s"]}')).Result).toBe(true);
    expect((await test('{"source":["t"]}')).Result).toBe(false);
  });

  it.each([
    ["a text", '"event"'],
    ["a list", "[]"],
    ["no JSON", "event"],
    ["an event without a region", JSON.stringify({ ...outside, region: undefined })],
  ])("refuses %s as an event", async (_, Event) => {
    const { cloud, client } = withBus();
    await expect(
      cloud.run(client.send(new TestEventPatternCommand({ EventPattern: '{"source":["s"]}', Event }))),
    ).rejects.toMatchObject({ name: "ValidationException", message: "Parameter Event is not valid." });
  });
});
