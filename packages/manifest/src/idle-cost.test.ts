import { describe, expect, it } from "vitest";
import { buildManifest } from "./build-manifest.ts";
import { idleCost } from "./idle-cost.ts";

const manifest = buildManifest({ stage: "dev", region: "us-east-1", account: "123456789012" }, []);

describe("what a stack costs while nobody uses it", () => {
  it("is at most five cents a month, with what AWS gives every account", () => {
    expect(idleCost(manifest).dollarsAfterFree).toBeLessThanOrEqual(0.05);
  });

  it("is at most five cents without that, but for alarms, which are ten cents each", () => {
    const { dollars, items } = idleCost(manifest);
    const alarms = items.find(({ name }) => name === "Alarm metrics");
    expect(alarms?.units).toBe(manifest.alarms.length);
    expect(dollars - manifest.alarms.length * 0.1).toBeLessThanOrEqual(0.05);
  });

  it("has room for its alarms in those that are free", () => {
    expect(manifest.alarms.length).toBeLessThanOrEqual(10);
  });

  it("grows with what runs more often", () => {
    const often = manifest.schedules.map((schedule) => ({ ...schedule, expression: "rate(1 minute)" }));
    const units = (m: typeof manifest) => idleCost(m).items.find(({ name }) => name === "Lambda requests")?.units;
    expect(units(manifest)).toBe(2920);
    expect(units({ ...manifest, schedules: often })).toBe(15 * 2920);
  });

  it("of a schedule that it cannot count is refused", () => {
    const odd = manifest.schedules.map((schedule) => ({ ...schedule, expression: "cron(0 12 * * ? *)" }));
    expect(() => idleCost({ ...manifest, schedules: odd })).toThrow("what does cron(0 12 * * ? *) cost?");
  });
});
