import { buildManifest, type Manifest } from "@muster/manifest";
import { productDocuments } from "@muster/products/documents";
import type { Recording } from "./synth/recording.ts";

/** The manifest of the place that was recorded: made anew, without the program that was run. */
export function manifestOf({ stage, region, account }: Recording): Manifest {
  const documents = productDocuments().map(({ name, content }) => ({ name, content: { ...content } }));
  return buildManifest({ stage, region, account }, documents);
}
