import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { buildManifest, type DocumentResource, type Manifest } from "@muster/manifest";

/** The manifest of the place that is deployed to. Names and ARNs follow from it, so that it needs nothing of the stack. */
export async function readManifest(): Promise<Manifest> {
  const [{ accountId }, { region }] = await Promise.all([aws.getCallerIdentity(), aws.getRegion()]);
  return buildManifest({ stage: $app.stage, region, account: accountId }, readDocuments());
}

/**
 * A program of its own: it reads script files that lie beside its source, which SST's bundle of this file does not.
 * Importing it here at run time is no way out: Pulumi's loader would compile it with options of its own.
 */
function readDocuments(): DocumentResource[] {
  const program = join($cli.paths.root, "infra/print-documents.ts");
  return JSON.parse(execFileSync(process.execPath, [program], { encoding: "utf8" })) as DocumentResource[];
}
