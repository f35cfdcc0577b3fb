import { pageOf } from "../../../mechanisms/page.ts";
import { checkMaxResults, type PageRange } from "../input.ts";

export interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/**
 * One page of `items` in the order of their keys. A token names the last key that was given out, so that what comes and
 * goes between two pages neither hides nor repeats what stays.
 */
export function takePage<T>(
  items: readonly T[],
  request: PageRequest,
  options: { key: (item: T) => string; range: PageRange },
): { page: readonly T[]; NextToken?: string } {
  checkMaxResults(request.MaxResults, options.range);
  const { items: page, token } = pageOf(items, options.key, {
    size: request.MaxResults ?? items.length,
    token: request.NextToken === "" ? undefined : request.NextToken,
    badTokenCode: "InvalidParameterValue",
  });
  return token === undefined ? { page } : { page, NextToken: token };
}

/** Most Describe operations. */
export const COMMON_PAGE: PageRange = { min: 5, max: 1_000 };
