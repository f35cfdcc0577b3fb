import { consumedCapacity, readUnits } from "../capacity.ts";
import type { Condition } from "../expressions/condition.ts";
import type { DocumentPath } from "../expressions/document-path.ts";
import { meets } from "../expressions/evaluate-condition.ts";
import { project } from "../expressions/project.ts";
import { MAX_PAGE_BYTES } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { storedBytes, type StoredItem } from "../store/stored-item.ts";
import type { Item } from "../values/attribute-value.ts";
import type { PageMembers, Source } from "./source.ts";

/**
 * Reads one page: until the limit, or until 1 MB has been read. The filter takes effect after that, and so does the
 * projection: what they leave out was read all the same.
 */
export function readPage(
  source: Source,
  entries: Iterable<StoredItem>,
  options: {
    readonly input: PageMembers;
    readonly filter: Condition | undefined;
    readonly projection: readonly DocumentPath[] | undefined;
  },
): object {
  const { input, filter, projection } = options;
  const found: Item[] = [];
  let [scanned, bytes] = [0, 0];
  let last: Item | undefined;
  for (const entry of entries) {
    const { item } = entry;
    scanned++;
    bytes += storedBytes(entry);
    if (filter === undefined || meets(item, filter)) found.push(item);
    if (scanned === input.Limit || bytes >= MAX_PAGE_BYTES) {
      last = item;
      break;
    }
  }
  const capacity = consumedCapacity(input.ReturnConsumedCapacity, source.record.name, () => {
    const units = readUnits(bytes, input.ConsistentRead === true ? 1 : 0.5);
    const { index } = source;
    return index === undefined
      ? { table: units, indexes: new Map() }
      : { table: 0, indexes: new Map([[index.name, units]]) };
  });
  const shown = projection === undefined ? found : found.map((item) => project(item, projection));
  return {
    ...(input.Select === "COUNT" ? {} : { Items: shown }),
    Count: found.length,
    ScannedCount: scanned,
    ...(last === undefined ? {} : { LastEvaluatedKey: source.record.table.pageKey(last, source.index) }),
    ...(capacity === undefined ? {} : { ConsumedCapacity: capacity }),
  };
}

export const SELECT_VALUES = ["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"] as const;

/**
 * Refuses a Select that does not go with the other members.
 * @throws {Refusal}
 */
export function checkSelect(input: PageMembers & { readonly ProjectionExpression?: string | undefined }): void {
  const { Select: select, ProjectionExpression: projection } = input;
  if (select === undefined) return;
  if (select === "SPECIFIC_ATTRIBUTES") {
    if (projection !== undefined) return;
    throw new Refusal(
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    );
  }
  if (projection !== undefined) {
    const chosen = select === "COUNT" ? "only the Count" : select;
    throw new Refusal(`Cannot specify the ProjectionExpression when choosing to get ${chosen}`);
  }
  if (select === "ALL_PROJECTED_ATTRIBUTES" && input.IndexName === undefined) {
    throw new Refusal("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  }
}
