import { sleep, type Clock, type Compute, type Instance } from "@muster/core";

/**
 * Lifts the protection of instances, a few at a time, while there is time. Two calls each, from EC2's bucket for mutating
 * calls (50, refilled at 5 a second, https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html): paced so
 * that it does not take the whole bucket from the account.
 */
export async function unprotectAll(
  compute: Compute,
  clock: Clock,
  instances: readonly Instance[],
  remainingMs: () => number,
): Promise<{ left: ReadonlySet<string> }> {
  const left = new Set(instances.map((instance) => instance.instanceId));
  for (let start = 0; start < instances.length && remainingMs() > RESERVE_MS; start += AT_ONCE) {
    const batch = instances.slice(start, start + AT_ONCE);
    await Promise.all(batch.map((instance) => compute.unprotect(instance.instanceId)));
    for (const instance of batch) left.delete(instance.instanceId);
    if (start >= BURST) await sleep(clock, (batch.length * 2 * 1000) / REFILL_PER_SECOND);
  }
  return { left };
}

const AT_ONCE = 10;
/** Instances whose calls the full bucket pays for. */
const BURST = 20;
const REFILL_PER_SECOND = 5;
/** What terminating and answering may take. */
const RESERVE_MS = 60_000;
