import type { Filter } from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import { invalidParameterValue } from "../errors/general.ts";

/** Values that one filter may list. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const FILTER_VALUES_MAX = 200;

/** What a filter compares with: a resource matches when one of these is one of the filter's values. */
type FilterSubject = string | readonly (string | undefined)[] | undefined;

/** The filters of one Describe operation, by name; `tag:<key>` and `tag-key` come with every one that has tags. */
export interface FilterTable<T> {
  readonly fields: Readonly<Record<string, (item: T) => FilterSubject>>;
  readonly tags?: (item: T) => ReadonlyMap<string, string>;
}

/**
 * All filters must match, of each filter one value. Values may hold `*` and `?`; `\` takes their meaning away.
 * @throws InvalidParameterValue for a filter that the operation does not have, FilterLimitExceeded
 */
export function compileFilters<T>(filters: readonly Filter[] | undefined, table: FilterTable<T>): (item: T) => boolean {
  const tests = (filters ?? []).map((filter) => compileFilter(filter, table));
  return (item) => tests.every((test) => test(item));
}

/** Values of a filter that can be looked up in an index: no wildcards among them. */
export function exactValues(filters: readonly Filter[] | undefined, name: string): readonly string[] | undefined {
  const values = filters?.find((filter) => filter.Name === name)?.Values;
  return values === undefined || values.some((value) => /[*?\\]/.test(value)) ? undefined : values;
}

function compileFilter<T>(filter: Filter, table: FilterTable<T>): (item: T) => boolean {
  const { Name: name = "", Values: values = [] } = filter;
  if (values.length > FILTER_VALUES_MAX) {
    throw new AwsError(
      "FilterLimitExceeded",
      `The maximum number of filter values specified on a single call is ${FILTER_VALUES_MAX}`,
    );
  }
  const subject = subjectOf(name, table);
  if (subject === undefined) throw invalidParameterValue(`The filter '${name}' is invalid`);
  const matches = compileValues(values);
  return (item) => {
    const found = subject(item);
    if (found === undefined) return false;
    return typeof found === "string" ? matches(found) : found.some((one) => one !== undefined && matches(one));
  };
}

function subjectOf<T>(name: string, table: FilterTable<T>): ((item: T) => FilterSubject) | undefined {
  const { tags } = table;
  if (tags !== undefined) {
    if (name === "tag-key") return (item) => [...tags(item).keys()];
    if (name === "tag-value") return (item) => [...tags(item).values()];
    if (name.startsWith("tag:")) {
      const key = name.slice("tag:".length);
      return (item) => tags(item).get(key);
    }
  }
  return Object.hasOwn(table.fields, name) ? table.fields[name] : undefined;
}

function compileValues(values: readonly string[]): (text: string) => boolean {
  const exact = new Set(values.filter((value) => !/[*?\\]/.test(value)));
  const patterns = values.filter((value) => !exact.has(value)).map(wildcard);
  return (text) => exact.has(text) || patterns.some((pattern) => pattern.test(text));
}

function wildcard(value: string): RegExp {
  const source = value.replace(/\\([*?\\])|[*?]|[.+^${}()|[\]\\]/g, (found, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    if (found === "*") return ".*";
    return found === "?" ? "." : `\\${found}`;
  });
  return new RegExp(`^${source}$`, "s");
}
