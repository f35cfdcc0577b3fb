import { AwsError } from "../../kernel/aws-error.ts";
import { refuserOf } from "../../mechanisms/refuse.ts";
import { checkConstraints } from "../../mechanisms/constraints.ts";
import { pageOf } from "../../mechanisms/page.ts";

export const { notImplemented, refuseOthers } = refuserOf("ssm");

/** A refusal that no constraint of a single member expresses; the text is ours. */
export function invalidRequest(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/** A member that AWS requires. @throws ValidationException */
export function required<T>(value: T | undefined, member: string): T {
  if (value !== undefined) return value;
  checkConstraints([{ at: member, value: undefined, required: true }]);
  throw invalidRequest(`${member} is missing.`);
}

export interface PageRange {
  readonly min: number;
  readonly max: number;
  /** What a request without MaxResults gets. */
  readonly size: number;
}

/** One page, in the order of the keys. */
export function takePage<T>(
  items: readonly T[],
  request: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  options: { key: (item: T) => string; range: PageRange },
): { page: readonly T[]; NextToken?: string } {
  const { min, max, size } = options.range;
  checkConstraints([{ at: "maxResults", value: request.MaxResults, min, max }]);
  const { items: page, token } = pageOf(items, options.key, {
    size: request.MaxResults ?? size,
    token: request.NextToken === "" ? undefined : request.NextToken,
    badTokenCode: "InvalidNextToken",
  });
  return token === undefined ? { page } : { page, NextToken: token };
}

/** A key by which the newest comes first; the `id` tells those of one moment apart. */
export function newestFirst(epochMs: number, id: string): string {
  return `${String(Number.MAX_SAFE_INTEGER - epochMs)} ${id}`;
}
