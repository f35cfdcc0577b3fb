import { capacity } from "./capacity.ts";
import { conditions } from "./conditions.ts";
import { indexes } from "./indexes.ts";
import { items } from "./items.ts";
import { keyRanges } from "./key-ranges.ts";
import { queries, scans } from "./queries.ts";
import type { Chapter } from "./story.ts";
import { tables } from "./tables.ts";
import { transactions } from "./transactions.ts";
import { updates } from "./updates.ts";

/** All that is told of a DynamoDB, whoever made it. */
export const allChapters: readonly Chapter[] = [
  tables,
  items,
  updates,
  conditions,
  keyRanges,
  queries,
  scans,
  indexes,
  capacity,
  transactions,
];
