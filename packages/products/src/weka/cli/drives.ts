import type { CliGeneration } from "../versions.ts";
import { readId } from "./ids.ts";
import { readList, unexpected } from "./read.ts";

/** One drive of a cluster, as `weka cluster drive --json` lists it. */
export interface DriveRecord {
  readonly uuid: string;
  /** The container that owns it; undefined for what a removed container left behind. */
  readonly container: number | undefined;
  /** ACTIVE, INACTIVE, PHASING_IN, FAILED; no public source names the word for a drive that is drained. */
  readonly status: string;
}

/** @throws {HookResultError} naming the field that is missing or of another type */
export function parseDrives(text: string, generation: CliGeneration): readonly DriveRecord[] {
  return readList(text, "weka cluster drive").map((fields, index) => {
    const owner = generation === "six" ? "container" : "host_id";
    const path = `weka cluster drive[${index}].${owner}`;
    // 6.x dropped host_id; an absent owner must never read as "nobody's", or a drive in use would look free.
    if (fields.raw(owner) === undefined) throw unexpected(path, "the owning container", undefined);
    const container = fields.raw(owner) === null ? undefined : readId(fields.raw(owner), generation, path);
    return { uuid: fields.text("uuid"), container, status: fields.text("status") };
  });
}
