import { MusterError, sleep } from "@muster/core";
import { classify } from "./aws-errors.ts";
import type { AwsRuntime } from "./runtime.ts";

/**
 * Calls AWS; repeats while it is throttled or fails for a moment, with full jitter, on our clock. A call that is not safe
 * to repeat (`mayRepeat: false`) is repeated only while it is throttled: a timeout may have worked.
 * @throws {MusterError} AwsUnavailable when it goes on failing, AwsAccessDenied; anything else as AWS said it
 */
export async function call<T>(
  runtime: AwsRuntime,
  operation: string,
  perform: () => Promise<T>,
  { mayRepeat }: { readonly mayRepeat: boolean } = { mayRepeat: true },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await perform();
    } catch (error) {
      const facts = classify(error);
      if (facts.kind === "denied") throw accessDenied(operation, facts.message, error);
      if (facts.kind !== "throttled" && facts.kind !== "transient") throw error;
      const isLast = attempt === ATTEMPTS_MAX || (facts.kind === "transient" && !mayRepeat);
      if (isLast) throw unavailable({ operation, attempt, ...facts }, error);
      await sleep(runtime.clock, runtime.random.next() * Math.min(DELAY_MS_MAX, DELAY_MS * 2 ** attempt));
    }
  }
}

/** 16 s in all on average, 32 s at most: longer than AWS's buckets take to refill, shorter than any function may run. */
const ATTEMPTS_MAX = 8;
const DELAY_MS = 200;
const DELAY_MS_MAX = 10_000;

function accessDenied(operation: string, message: string, cause: unknown): MusterError {
  return new MusterError("AwsAccessDenied", {
    what: `AWS does not let Muster call ${operation}.`,
    why: `${message} (AwsAccessDenied)`,
    remedy: "Give the permission to the role that the message names, or deploy Muster's stack again.",
    cause,
  });
}

function unavailable(
  { operation, attempt, code, message }: { operation: string; attempt: number; code: string; message: string },
  cause: unknown,
): MusterError {
  return new MusterError("AwsUnavailable", {
    what: `AWS did not answer ${operation} in ${attempt === 1 ? "time" : `${attempt} attempts`}.`,
    why: `${code}: ${message} (AwsUnavailable)`,
    remedy:
      "Try again in a moment (a workflow does so by itself, for some minutes); if it goes on, look at the AWS Health Dashboard.",
    cause,
  });
}
