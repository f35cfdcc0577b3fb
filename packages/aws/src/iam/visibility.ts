import { sleep } from "@muster/core";
import type { AwsRuntime } from "../runtime.ts";

/**
 * IAM answers from many places, and what was just changed is not at once in all of them: repeats what it refuses for that.
 * AWS publishes no figure: seconds, as a rule. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html
 * @throws what `giveUp` makes of the last refusal; any other refusal as it is
 */
export async function onceVisible(
  runtime: AwsRuntime,
  perform: () => Promise<unknown>,
  refusal: { readonly mayPass: (error: unknown) => boolean; readonly giveUp: (error: unknown) => unknown },
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await perform();
      return;
    } catch (error) {
      if (!refusal.mayPass(error)) throw error;
      if (attempt === ATTEMPTS_MAX) throw refusal.giveUp(error);
      await sleep(runtime.clock, VISIBLE_MS);
    }
  }
}

const VISIBLE_MS = 2_000;
const ATTEMPTS_MAX = 8;
