import { createAlarms } from "./alarms.ts";
import { createApi } from "./api.ts";
import { createDocuments } from "./documents.ts";
import { createFunctions } from "./functions.ts";
import { createMachines } from "./machines.ts";
import { createNodePolicy } from "./node-policy.ts";
import { outputsOf } from "./outputs.ts";
import { createQueues } from "./queues.ts";
import { readManifest } from "./read-manifest.ts";
import { createRules } from "./rules.ts";
import { createSchedules } from "./schedules.ts";
import { createTable } from "./table.ts";

/** Every resource of the manifest, and nothing else. Answers what `sst deploy` prints at its end. */
export async function createStack(): Promise<Record<string, unknown>> {
  const manifest = await readManifest();
  createTable(manifest.table);
  const queues = createQueues(manifest);
  createDocuments(manifest.documents);
  createNodePolicy(manifest);
  const functions = createFunctions(manifest, queues);
  createMachines(manifest, functions);
  createRules(manifest, functions, queues);
  createSchedules(manifest, functions, queues);
  const api = createApi(manifest, functions);
  createAlarms(manifest);
  return outputsOf(manifest, api);
}
