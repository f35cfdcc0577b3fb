import { aWorld } from "@muster/testing/world";
import { expect, it } from "vitest";

it("asks of AWS no more than the idle cost counts, when there is no cluster", async () => {
  const world = await aWorld();
  await world.clock.advance(60 * 60_000);
  const used = world.muster.cloud.lambda.usage().get("muster-local-reconcile-clusters");
  const runs = used?.runs ?? 0;
  expect(runs).toBeGreaterThanOrEqual(4);
  expect(used).toMatchObject({ errors: 0, throttles: 0 });
  // A second of Lambda, cold start and all; two queries, of empty lists, which are half a read unit each; and reads of EC2.
  expect((used?.billedMs ?? 0) / runs).toBeLessThan(1_000);
  const calls = world.muster.cloud.meter.rows().filter(({ by }) => by.endsWith("reconcile-clusters"));
  expect(calls.map(({ operation, calls: times }) => [operation, times / runs])).toEqual([
    ["Query", 2],
    ["DescribeInstances", 1],
    ["DescribeNetworkInterfaces", 1],
    ["DescribeVolumes", 1],
    ["ListInstanceProfiles", 1],
    ["ListRoles", 1],
  ]);
});
