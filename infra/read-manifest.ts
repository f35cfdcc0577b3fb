import { buildManifest, type DocumentResource, type Manifest } from "@muster/manifest";
import { runProgram } from "./run-program.ts";

/** The manifest of the place that is deployed to. Names and ARNs follow from it, so that it needs nothing of the stack. */
export async function readManifest(): Promise<Manifest> {
  const [{ accountId }, { region }] = await Promise.all([aws.getCallerIdentity(), aws.getRegion()]);
  const documents = runProgram("infra/print-documents.ts") as DocumentResource[];
  const place = { stage: $app.stage, region, account: accountId };
  // New accounts have a concurrency of 10 until they ask for more: `MUSTER_RESERVE_CONCURRENCY=no sst deploy`.
  return buildManifest(place, documents, { reserveConcurrency: process.env["MUSTER_RESERVE_CONCURRENCY"] !== "no" });
}
