import { sleep, type Clock } from "../clock/clock.ts";
import type { InstanceEnder, InstancePlace } from "../ports/compute.ts";

/**
 * Lifts the protection of instances where they have any, and terminates them, until EC2 has taken every one or time is
 * up. `ending`: those that it took and has not terminated yet. EC2's attributes and new instances are eventually consistent: what it refuses now it may take in some seconds.
 */
export async function endInstances(
  ports: { readonly compute: InstanceEnder; readonly clock: Clock },
  instances: readonly EndingInstance[],
  /** Epoch ms. */
  giveUpAt: number,
): Promise<{ readonly refused: readonly string[]; readonly ending: readonly string[] }> {
  const { compute, clock } = ports;
  const ending = new Set<string>();
  let left = instances;
  for (;;) {
    const isReady = await unprotectAll(compute, clock, left, giveUpAt);
    const { refused, ending: taken } = await compute.terminate(left.filter(isReady));
    for (const id of taken) ending.add(id);
    left = left.filter((instance) => !isReady(instance) || refused.includes(instance.instanceId));
    if (left.length === 0 || clock.now() + AGAIN_MS > giveUpAt)
      return { refused: left.map((instance) => instance.instanceId), ending: [...ending] };
    await sleep(clock, AGAIN_MS);
  }
}

export interface EndingInstance extends InstancePlace {
  readonly isProtected: boolean;
}

const AGAIN_MS = 3_000;

/**
 * Two calls an instance, from EC2's bucket for mutating calls (50, refilled at 5 a second,
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html): paced so that the account keeps some of it.
 */
async function unprotectAll(
  compute: InstanceEnder,
  clock: Clock,
  instances: readonly EndingInstance[],
  giveUpAt: number,
): Promise<(instance: EndingInstance) => boolean> {
  // Lifted anew each time: an instance that EC2 did not know yet kept its protection, and said nothing.
  const isProtected = instances.filter((instance) => instance.isProtected);
  const lifted = new Set<string>();
  for (let start = 0; start < isProtected.length && clock.now() < giveUpAt; start += AT_ONCE) {
    const batch = isProtected.slice(start, start + AT_ONCE);
    if (start >= BURST) await sleep(clock, (batch.length * CALLS_EACH * 1000) / REFILL_PER_SECOND);
    await Promise.all(batch.map((instance) => compute.unprotect(instance.instanceId)));
    for (const instance of batch) lifted.add(instance.instanceId);
  }
  return (instance) => !instance.isProtected || lifted.has(instance.instanceId);
}

const AT_ONCE = 10;
/** Instances whose calls the full bucket pays for. */
const BURST = 20;
const CALLS_EACH = 2;
const REFILL_PER_SECOND = 5;
