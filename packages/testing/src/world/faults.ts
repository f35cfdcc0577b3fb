import { AwsError, type Call, type CallFault } from "@muster/local-cloud";
import type { World } from "./world.ts";

/** An error as AWS answers it. */
export function awsError(code: string, message: string, status = 400): Error {
  return new AwsError(code, message, { status });
}

/** Does that to the next calls of an operation that are not the account user's own; once, unless told otherwise. */
export function failNext(
  { muster }: World,
  operation: string,
  fault: CallFault,
  options: { readonly times?: number; readonly isIt?: (call: Call) => boolean } = {},
): void {
  const { faults } = muster.cloud;
  const { times = 1, isIt = () => true } = options;
  const before = faults.script;
  let left = times;
  faults.script = (call) => {
    if (left === 0 || call.operation !== operation || call.caller.isAccountUser || !isIt(call)) return before?.(call);
    left--;
    return fault;
  };
}
