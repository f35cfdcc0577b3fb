import { statesError } from "./errors.ts";
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from "./limits.ts";
import { checkConstraints } from "../../mechanisms/constraints.ts";

export interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/**
 * One page of a list; the token names the last item before the page, so that items that appear in between shift
 * nothing.
 * @throws {AwsError} ValidationException, InvalidToken
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { maxResults = 0, nextToken }: PageRequest,
): { items: readonly T[]; nextToken?: string } {
  checkConstraints([{ at: "maxResults", value: maxResults, min: 0, max: MAX_PAGE_SIZE }]);
  const size = maxResults === 0 ? DEFAULT_PAGE_SIZE : maxResults;
  const start = nextToken === undefined ? 0 : afterToken(items, keyOf, nextToken);
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  const isMore = start + size < items.length && last !== undefined;
  return { items: page, ...(isMore && { nextToken: Buffer.from(keyOf(last)).toString("base64url") }) };
}

function afterToken<T>(items: readonly T[], keyOf: (item: T) => string, token: string): number {
  const key = Buffer.from(token, "base64url").toString();
  const index = items.findIndex((item) => keyOf(item) === key);
  if (index === -1) throw statesError.invalidToken();
  return index + 1;
}
