import { sleep } from "@muster/core";
import { describe, expect, it } from "vitest";
import { PacedClock } from "./paced-clock.ts";

/** A machine whose own time passes only when a test says so. */
function machine() {
  let now = 0;
  const timers: { at: number; run: () => void }[] = [];
  return {
    realNow: () => now,
    realAfter: (delayMs: number, run: () => void) => {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    async pass(ms: number) {
      const end = now + ms;
      for (;;) {
        for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
        const due = timers.filter((timer) => timer.at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers.splice(timers.indexOf(due), 1);
        now = due.at;
        due.run();
      }
      now = end;
    },
  };
}

function paced(options: { speed: number; busy?: () => Promise<void> }) {
  const real = machine();
  const drain = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    await options.busy?.();
  };
  const clock = new PacedClock({ startAt: 1_000_000, speed: options.speed, drain, ...real });
  const running = clock.run();
  return { clock, real, stop: async () => (clock.stop(), running) };
}

describe("a paced clock", () => {
  it("runs that many times as fast as the machine", async () => {
    const { clock, real, stop } = paced({ speed: 60 });
    let at: number | undefined;
    clock.after(60_000, () => (at = clock.now()));
    await real.pass(999);
    expect(at).toBeUndefined();
    await real.pass(2);
    expect(at).toBe(1_060_000);
    await stop();
  });

  it("tells the time between two timers", async () => {
    const { clock, real, stop } = paced({ speed: 10 });
    clock.after(100_000, () => undefined);
    await real.pass(500);
    expect(clock.now()).toBe(1_005_000);
    await stop();
  });

  it("counts from where time is when somebody outside sets a timer in the middle of a wait", async () => {
    const { clock, real, stop } = paced({ speed: 10 });
    clock.after(100_000, () => undefined);
    await real.pass(500);
    let at: number | undefined;
    clock.after(1_000, () => (at = clock.now()));
    await real.pass(101);
    expect(at).toBe(1_006_000);
    await stop();
  });

  it("stands still while somebody works", async () => {
    let finish: (() => void) | undefined;
    let isBusy = false;
    const { clock, real, stop } = paced({
      speed: 60,
      busy: async () => (isBusy ? new Promise<void>((resolve) => (finish = resolve)) : undefined),
    });
    clock.after(1_000, () => (isBusy = true));
    clock.after(2_000, () => undefined);
    await real.pass(100);
    const frozen = clock.now();
    await real.pass(60_000);
    expect(clock.now()).toBe(frozen);
    isBusy = false;
    finish?.();
    await real.pass(100);
    expect(clock.now()).toBeGreaterThan(frozen);
    await stop();
  });

  it("runs chains of timers in order", async () => {
    const { clock, real, stop } = paced({ speed: 1000 });
    const seen: number[] = [];
    void (async () => {
      for (let i = 0; i < 5; i++) {
        await sleep(clock, 10_000);
        seen.push(clock.now() - 1_000_000);
      }
    })();
    await real.pass(60);
    expect(seen).toEqual([10_000, 20_000, 30_000, 40_000, 50_000]);
    await stop();
  });

  it("does not fire a wait of a year at once", async () => {
    const { clock, real, stop } = paced({ speed: 1 });
    let fired = false;
    clock.after(365 * 86_400_000, () => (fired = true));
    await real.pass(1_000);
    expect(fired).toBe(false);
    await stop();
  });
});
