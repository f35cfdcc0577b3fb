import { AwsError } from "../kernel/aws-error.ts";

export interface PageRequest {
  readonly size: number;
  /** Where the last page ended, as its answer said. */
  readonly token: string | undefined;
  /** What the service calls a token that is none; ValidationException otherwise. */
  readonly badTokenCode?: string;
}

/** One page of a list, sorted by key. A token names the last item before its page, so that changes do not shift it. */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { size, token, badTokenCode = "ValidationException" }: PageRequest,
): { items: readonly T[]; token: string | undefined } {
  const sorted = items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const after = token === undefined ? "" : decode(token, badTokenCode);
  const rest = sorted.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const isMore = rest.length > page.length && last !== undefined;
  return { items: page, token: isMore ? Buffer.from(keyOf(last)).toString("base64url") : undefined };
}

function decode(token: string, badTokenCode: string): string {
  const key = Buffer.from(token, "base64url").toString();
  if (Buffer.from(key).toString("base64url") !== token)
    throw new AwsError(badTokenCode, "The next token is not valid.");
  return key;
}
