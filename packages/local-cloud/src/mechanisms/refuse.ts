import type { AwsError } from "../kernel/aws-error.ts";
import { notImplemented } from "./not-implemented.ts";

/** How one service refuses what AWS has and the embedded cloud does not. */
export interface Refuser {
  /** `what` is the operation and, after a space, the member or value. */
  readonly notImplemented: (what: string) => AwsError;
  /** Refuses every member that the operation does not act on: AWS would, so that ignoring it would be a lie. */
  readonly refuseOthers: (path: string, input: object | undefined, known: readonly string[]) => void;
  /** Refuses a value other than these, which are what the embedded cloud does anyway. */
  readonly refuseUnless: <T>(path: string, value: T | undefined, allowed: readonly T[]) => void;
}

/** `prefix` is the service's prefix in IAM actions, such as `ec2`. */
export function refuserOf(prefix: string): Refuser {
  const refuse = (what: string) => notImplemented(`${prefix}:${what}`);
  return {
    notImplemented: refuse,
    refuseOthers: (path, input, known) => {
      for (const [name, value] of Object.entries(input ?? {})) {
        const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
        if (!isEmpty && !known.includes(name)) throw refuse(`${path}${path.includes(" ") ? "." : " "}${name}`);
      }
    },
    refuseUnless: (path, value, allowed) => {
      if (value !== undefined && !allowed.includes(value)) throw refuse(`${path} ${String(value)}`);
    },
  };
}
