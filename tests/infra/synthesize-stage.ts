import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { requirePlatform } from "./platform.ts";
import { RECORDING_FILE, type Recording } from "./synth/recording.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A recording, and the folder with the bundles that belong to it. */
export interface SynthesizedStage {
  readonly recording: Recording;
  readonly work: string;
  readonly remove: () => void;
}

/**
 * What sst.config.ts would create in a stage. In a process of its own: Pulumi allows one program in each.
 * @throws {Error} with what the program said, when it fails; when SST's platform is not there, with the remedy
 */
export async function synthesizeStage(stage: string): Promise<SynthesizedStage> {
  requirePlatform(ROOT);
  const work = mkdtempSync(join(tmpdir(), "muster-synth-"));
  const remove = () => rmSync(work, { recursive: true, force: true });
  const program = fileURLToPath(new URL("synth/main.ts", import.meta.url));
  try {
    await promisify(execFile)(process.execPath, [program, ROOT, stage, work]);
  } catch (error) {
    remove();
    throw new Error(`stage ${stage} cannot be synthesized: ${saidBy(error)}`, { cause: error });
  }
  const recording = JSON.parse(readFileSync(join(work, RECORDING_FILE), "utf8")) as Recording;
  return { recording, work, remove };
}

function saidBy(error: unknown): string {
  return typeof error === "object" && error !== null && "stderr" in error ? String(error.stderr) : String(error);
}
