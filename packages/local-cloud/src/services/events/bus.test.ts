import { describe, expect, it } from "vitest";
import type { EventDials } from "./dials.ts";
import { deadLetterQueue, everything, functionArn, queueArn, stateChange, withBus } from "./testing/bus-world.ts";

const ids = (got: readonly unknown[]) => got.map((event) => (event as { id: string }).id);
const states = (got: readonly unknown[]) => got.map((event) => (event as { detail: { state: string } }).detail.state);

async function emitTen(dials: Partial<EventDials>) {
  const world = withBus({ dials });
  await world.put(everything, [{ Id: "1", Arn: functionArn }]);
  for (let index = 0; index < 10; index++) {
    world.events.emit(stateChange(`${index}`));
    await world.cloud.clock.advance(500);
  }
  await world.cloud.clock.advance(300_000);
  return world;
}

describe("events of AWS services", () => {
  it("arrive once and in order on a calm day", async () => {
    const { cloud, events, put } = withBus({ dials: { targetMs: { min: 50, max: 50 } } });
    cloud.faults.latencyMs = { min: 5, max: 5 };
    const receive = await deadLetterQueue(cloud);
    await put(everything, [{ Id: "1", Arn: queueArn, InputPath: "$.detail.state" }]);
    for (let index = 0; index < 10; index++) {
      events.emit(stateChange(`${index}`));
      await cloud.clock.advance(100);
    }
    await cloud.clock.advance(5_000);
    expect((await receive()).map(({ Body }) => Body)).toEqual(Array.from({ length: 10 }, (_, index) => `"${index}"`));
    expect(events.counts()).toMatchObject({ sent: 10, lost: 0, doubled: 0, delivered: 10 });
  });

  it("may be lost", async () => {
    const { got, events } = await emitTen({ lost: 1 });
    expect(got).toEqual([]);
    expect(events.counts().lost).toBe(10);
  });

  it("of CloudWatch alarms are never lost", async () => {
    const { cloud, events, put, got } = withBus({ dials: { lost: 1 } });
    await put(everything, [{ Id: "1", Arn: functionArn }]);
    events.emit({
      source: "aws.cloudwatch",
      "detail-type": "CloudWatch Alarm State Change",
      resources: [],
      detail: {},
    });
    await cloud.clock.advance(10_000);
    expect(got).toHaveLength(1);
  });

  it("may come twice with the same id", async () => {
    const { got } = await emitTen({ doubledSameId: 1 });
    expect(got).toHaveLength(20);
    expect(new Set(ids(got)).size).toBe(10);
  });

  it("may come twice under a new id", async () => {
    const { got } = await emitTen({ doubledNewId: 1 });
    expect(got).toHaveLength(20);
    expect(new Set(ids(got)).size).toBe(20);
  });

  it("may overtake each other", async () => {
    const { got } = await emitTen({ reordered: 0.5 });
    expect(states(got).toSorted()).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(states(got)).not.toEqual(states(got).toSorted());
  });

  it("may be late, and still carry the time of the fact", async () => {
    const { cloud, events, put, got } = withBus({ dials: { lateMs: { min: 120_000, max: 120_000 } } });
    await put(everything, [{ Id: "1", Arn: functionArn }]);
    const sentAt = new Date(cloud.clock.now()).toISOString().slice(0, 19);
    events.emit(stateChange("running"));
    await cloud.clock.advance(119_000);
    expect(got).toEqual([]);
    await cloud.clock.advance(2_000);
    expect(got).toMatchObject([{ time: `${sentAt}Z` }]);
  });
});
