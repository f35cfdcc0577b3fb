import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromIso, sleep, toIso } from "./clock.ts";
import { ClockStuckError, VirtualClock } from "./virtual-clock.ts";

const clockAt = (startAt: number) =>
  new VirtualClock({ startAt, drain: () => new Promise((resolve) => setImmediate(resolve)) });

describe("virtual time", () => {
  it("fires timers in order of time, and of arrangement where the time is the same", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), async (delays) => {
        const clock = clockAt(1000);
        const fired: { delay: number; order: number; at: number }[] = [];
        delays.forEach((delay, order) => clock.after(delay, () => fired.push({ delay, order, at: clock.now() })));
        await clock.advance(100);
        const expected = delays
          .map((delay, order) => ({ delay, order, at: 1000 + delay }))
          .toSorted((a, b) => a.delay - b.delay || a.order - b.order);
        expect(fired).toEqual(expected);
        expect(clock.now()).toBe(1100);
      }),
    );
  });

  it("does not fire what was cancelled", async () => {
    const clock = clockAt(0);
    let fired = false;
    clock.after(10, () => (fired = true))();
    await clock.advance(20);
    expect(fired).toBe(false);
  });

  it("moves as far as a piece of work needs, through timers that it sets on the way", async () => {
    const clock = clockAt(0);
    const work = async () => {
      for (let i = 0; i < 3; i++) await sleep(clock, 3_600_000);
      return "done";
    };
    expect(await clock.run(work())).toBe("done");
    expect(clock.now()).toBe(3 * 3_600_000);
  });

  it("says so when what is waited for can never happen", async () => {
    await expect(clockAt(0).run(new Promise(() => undefined))).rejects.toBeInstanceOf(ClockStuckError);
  });

  it("gives work that goes on for ever a limit", async () => {
    const clock = clockAt(0);
    const forever = (): void => void clock.after(1000, forever);
    forever();
    await expect(clock.runUntil(() => false, 60_000)).rejects.toBeInstanceOf(ClockStuckError);
  });

  it("throws what the work throws", async () => {
    await expect(clockAt(0).run(Promise.reject(new Error("boom")))).rejects.toThrow("boom");
  });
});

it("writes and reads instants as AWS does", () => {
  expect(toIso(1_735_689_600_123)).toBe("2025-01-01T00:00:00.123Z");
  expect(fromIso("2025-01-01T00:00:00.123Z")).toBe(1_735_689_600_123);
  expect(fromIso("yesterday")).toBeUndefined();
});
