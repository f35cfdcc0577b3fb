import { errorCodes, type ErrorCode, type Failure } from "@muster/core";

/** RFC 9457, with Muster's three lines and the error's own facts. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly remedy: string;
  readonly [fact: string]: unknown;
}

export function problemOf(error: Failure & { readonly details?: Readonly<Record<string, unknown>> }): Problem {
  return {
    ...error.details,
    type: `urn:muster:error:${error.code}`,
    title: error.what,
    status: statusOf(error.code),
    code: error.code,
    detail: error.why,
    remedy: error.remedy,
  };
}

const STATUSES: Readonly<Partial<Record<ErrorCode, number>>> = {
  ClusterNotFound: 404,
  OperationNotFound: 404,
  ClusterExists: 409,
  ClusterBusy: 409,
  NotCancellable: 409,
  IdempotencyConflict: 422,
  SpecInvalid: 422,
  PreflightFailed: 422,
  AwsUnavailable: 503,
};

function statusOf(code: string): number {
  if (!(code in errorCodes)) return 500;
  const known = code as ErrorCode;
  return STATUSES[known] ?? (errorCodes[known] === "caller" ? 400 : 500);
}
