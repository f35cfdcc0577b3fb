import { invalidParameter } from "./iam-errors.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html, MaxItems */
const DEFAULT_ITEMS = 100;
const MOST_ITEMS = 1_000;

/** One page of a sorted list, as IAM's List operations answer it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly marker: { readonly IsTruncated: boolean; readonly Marker?: string };
}

/**
 * Cuts a page. The marker is the key of the last item that was answered, so that what comes and goes in between does
 * not shift the rest.
 * @throws {AwsError} ValidationError
 */
export function pageOf<T>(
  all: readonly T[],
  { MaxItems, Marker }: { MaxItems?: number | undefined; Marker?: string | undefined },
  keyOf: (item: T) => string,
): Page<T> {
  const size = MaxItems ?? DEFAULT_ITEMS;
  if (!Number.isInteger(size) || size < 1 || size > MOST_ITEMS) {
    throw invalidParameter(String(size), "maxItems", `Member must have value between 1 and ${MOST_ITEMS}`);
  }
  const after = Marker === undefined ? undefined : Buffer.from(Marker, "base64url").toString();
  const sorted = all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  const isTruncated = rest.length > items.length && last !== undefined;
  return {
    items,
    marker: isTruncated
      ? { IsTruncated: true, Marker: Buffer.from(keyOf(last)).toString("base64url") }
      : { IsTruncated: false },
  };
}
