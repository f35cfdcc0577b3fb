import { measure } from "@muster/cli";
import { aWorld, exampleSpec } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { meterCapacity } from "../bench/capacity.ts";
import { controlPlaneDollars } from "../bench/dollars.ts";

describe("a forecast is what the deployment then takes", () => {
  it.each([
    { backends: 6, clients: 0 },
    { backends: 6, clients: 2 },
    { backends: 20, clients: 50 },
    { backends: 200, clients: 0 },
  ])("with $backends backends and $clients clients", async ({ backends, clients }) => {
    const world = await aWorld();
    const spec = specOf(backends, clients);
    const forecast = await world.run(world.api.plan(spec));
    const capacity = meterCapacity(world.muster.cloud.kernel);
    const startedAt = world.clock.now();
    const operation = await world.deploy(spec);
    const measured = measure(world.muster, startedAt);
    const byNodes = measured.callsByOperation["secretsmanager:GetSecretValue"] ?? 0;
    expect(operation.status).toBe("succeeded");
    expectAbout(forecast.minutes, (Date.parse(operation.endedAt ?? "") - startedAt) / 60_000);
    expectAbout(forecast.calls, measured.calls - byNodes);
    expectAbout(forecast.controlPlaneDollars, controlPlaneDollars({ measured, capacity }));
  });
});

/** Within a fifth: near enough to plan by, and far enough to differ when either side changes its shape. */
function expectAbout(forecast: number, actual: number): void {
  expect(forecast / actual).toBeGreaterThan(0.8);
  expect(forecast / actual).toBeLessThan(1.2);
}

function specOf(backends: number, clients: number) {
  const { tiers, network } = exampleSpec();
  return exampleSpec({
    // One zone and no placement group, so that capacity does not run out.
    network: { subnets: network.subnets.slice(0, 1), securityGroups: network["securityGroups"] },
    tiers: {
      backend: { ...tiers["backend"], count: backends },
      client: { ...tiers["client"], count: clients },
    },
  });
}
