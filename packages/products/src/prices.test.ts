import { describe, expect, it } from "vitest";
import { prices } from "./prices.ts";
import { BACKEND_TYPES } from "./weka/backend-types.ts";

describe("prices", () => {
  it("are known for every type of backend", () => {
    expect(Object.keys(BACKEND_TYPES).filter((type) => prices.instanceHour[type] === undefined)).toEqual([]);
  });

  it("grow with a family's sizes as AWS's do: in proportion to the vCPUs", () => {
    const perVCpu = Object.entries(BACKEND_TYPES).map(([type, { vCpus }]) => ({
      family: type.split(".")[0],
      price: (prices.instanceHour[type] ?? Number.NaN) / vCpus,
    }));
    for (const { family, price } of perVCpu)
      expect(price).toBeCloseTo(perVCpu.find((other) => other.family === family)?.price ?? Number.NaN, 6);
  });
});
