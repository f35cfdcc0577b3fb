import { awsError, failNext, stateOf } from "@muster/testing/world";
import { expect } from "vitest";
import { errorOf } from "./expect-refused.ts";
import type { FunctionWorld } from "./function-world.ts";

/**
 * What a function makes of AWS's troubles with a call that it begins with: a refusal and a throttling that does not end
 * are told by name, and change nothing; one that passes is lived through.
 */
export async function expectTroublesTold(
  world: FunctionWorld,
  name: string,
  input: unknown,
  operation: string,
): Promise<unknown> {
  const before = await stateOf(world);
  failNext(world, operation, awsError("AccessDeniedException", `not authorized to perform ${operation}`, 403));
  expect(await errorOf(world, name, input), "denied").toBe("AwsAccessDenied");
  failNext(world, operation, "throttle", { times: ATTEMPTS_MAX });
  expect(await errorOf(world, name, input), "throttled for ever").toBe("AwsUnavailable");
  expect(await stateOf(world)).toEqual(before);

  failNext(world, operation, "throttle", { times: 2 });
  failNext(world, operation, awsError("InternalError", "An internal error has occurred", 500));
  return world.invoke(name, input);
}

/** As often as an adapter asks. */
export const ATTEMPTS_MAX = 8;
