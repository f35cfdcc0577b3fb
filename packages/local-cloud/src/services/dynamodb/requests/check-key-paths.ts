import type { DocumentPath } from "../expressions/document-path.ts";
import { Refusal } from "../refusal.ts";
import { keyNames, type KeySchema } from "../store/key-schema.ts";
import type { Table } from "../store/table.ts";

/**
 * Keys are scalars: no path may go into them.
 * @throws {Refusal}
 */
export function checkKeyPaths(paths: Iterable<DocumentPath>, table: Table): void {
  const nested = new Set<string>();
  for (const [first, ...rest] of paths) if (typeof first === "string" && rest.length > 0) nested.add(first);
  if (nested.size === 0) return;
  refuse(nested, table.schema, "Key");
  for (const index of table.indexes.values()) refuse(nested, index.schema, "IndexKey");
}

function refuse(nested: ReadonlySet<string>, schema: KeySchema, kind: "Key" | "IndexKey"): void {
  const name = keyNames(schema).find((key) => nested.has(key));
  if (name === undefined) return;
  throw new Refusal(
    `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${kind}: ${name}`,
  );
}
