import { alarms } from "./alarms.ts";
import { api } from "./api.ts";
import { events } from "./events.ts";
import type { Expectation } from "./expectation.ts";
import { functions } from "./functions.ts";
import { machines } from "./machines.ts";
import { roles } from "./roles.ts";
import { storage } from "./storage.ts";

/** Every type that the manifest has resources of. */
export const expectations: readonly Expectation[] = [
  ...alarms,
  ...api,
  ...events,
  ...functions,
  ...machines,
  ...roles,
  ...storage,
];

/** Types that SST's function component makes for itself, and why the manifest does not say what is in them. */
export const madeBySst: Readonly<Record<string, string>> = {
  "aws:s3/bucketObjectv2:BucketObjectv2": "the code of a function, under a name with its digest",
  "random:index/randomBytes:RandomBytes": "a key for links, which no function of Muster has",
};
