import { seededRandom, VirtualClock } from "@muster/core";
import { describe, expect, it } from "vitest";
import { AddressPool } from "../services/ec2/world/address-pool.ts";
import { Agenda } from "./agenda.ts";
import { Delayed } from "./delayed.ts";
import { IdSource } from "./ids.ts";
import { TokenBucket } from "./token-bucket.ts";

const virtual = () =>
  new VirtualClock({
    startAt: 1_000,
    drain: () =>
      new Promise((resolve) => {
        setImmediate(resolve);
      }),
  });

describe("an agenda", () => {
  it("runs things when they are due or up to a tick later, never before, in the order of their arrival", async () => {
    const clock = virtual();
    const agenda = new Agenda(clock, 500);
    const ran: string[] = [];
    const note = (name: string) => () => ran.push(`${name} ${clock.now()}`);
    agenda.at(1_700, note("a"));
    agenda.at(2_000, note("b"));
    agenda.at(1_600, note("c"));
    agenda.at(2_001, note("d"));
    agenda.at(0, note("past"));
    await clock.advance(2_000);
    expect(ran).toEqual(["past 1000", "a 2000", "b 2000", "c 2000", "d 2500"]);
  });
});

describe("a delayed value", () => {
  it("shows nothing, then each change in order, however early the later one would show", () => {
    const value = new Delayed("a", 100);
    value.change("b", 10, 300);
    value.change("c", 20, 200);
    expect(value.actual).toBe("c");
    expect([99, 100, 299, 300].map((now) => value.seen(now))).toEqual([undefined, "a", "a", "c"]);
  });
});

describe("a token bucket", () => {
  it("starts full, refills steadily, and never overflows", () => {
    const bucket = new TokenBucket({ capacity: 3, refillPerSecond: 2 }, 0);
    expect([1, 1, 1, 1].map((count) => bucket.take(count, 0))).toEqual([true, true, true, false]);
    expect(bucket.take(1, 499)).toBe(false);
    expect(bucket.take(1, 500)).toBe(true);
    expect(bucket.available(60_000)).toBe(3);
    expect(bucket.take(4, 60_000)).toBe(false);
    expect(bucket.take(3, 60_000)).toBe(true);
  });
});

const make = () => {
  const ids = new IdSource(seededRandom(3));
  return [ids.next("i"), ids.uuid(), ids.mac()];
};

describe("ids", () => {
  it("look like AWS's and follow from the seed", () => {
    expect(make()).toEqual(make());
    expect(make()).toEqual([
      expect.stringMatching(/^i-0[0-9a-f]{16}$/),
      expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
      expect.stringMatching(/^02(:[0-9a-f]{2}){5}$/),
    ]);
  });
});

describe("an address pool", () => {
  it("hands out all but AWS's five, then none, and gives those back that are released", () => {
    const pool = new AddressPool("10.0.1.0/28", 0);
    const taken = Array.from({ length: 12 }, () => pool.take());
    expect(taken.slice(0, 2)).toEqual(["10.0.1.4", "10.0.1.5"]);
    expect(taken.slice(10)).toEqual(["10.0.1.14", undefined]);
    pool.release("10.0.1.9");
    expect([pool.free, pool.take(), pool.take()]).toEqual([1, "10.0.1.9", undefined]);
  });

  it("does not give out at once what has just come back", () => {
    const pool = new AddressPool("10.0.1.0/28", 0);
    pool.release(pool.take() ?? "");
    expect(pool.take()).toBe("10.0.1.5");
  });

  it.each([
    ["10.0.1.3", "outside"],
    ["10.0.1.15", "outside"],
    ["10.0.2.4", "outside"],
    ["nonsense", "outside"],
    ["10.0.1.4", "taken"],
    ["10.0.1.7", "free"],
  ])("calls %s %s", (address, state) => {
    const pool = new AddressPool("10.0.1.0/28", 0);
    pool.take();
    expect(pool.stateOf(address)).toBe(state);
  });

  it("counts the addresses of others as used", () => {
    expect(new AddressPool("10.0.0.0/20", 4_000).free).toBe(91);
  });
});
