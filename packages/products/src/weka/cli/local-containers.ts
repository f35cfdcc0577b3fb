import type { CliGeneration } from "../versions.ts";
import { readList } from "./read.ts";

/** One container on this machine, as `weka local ps --json` lists it. */
export interface LocalContainerRecord {
  readonly name: string;
  readonly isRunning: boolean;
  /** STEM: in no cluster; CLUSTERIZING: joining; READY: a member. Empty while it is stopped. */
  readonly state: string;
}

/** @throws {HookResultError} naming the field that is missing or of another type */
export function parseLocalContainers(text: string, generation: CliGeneration): readonly LocalContainerRecord[] {
  return readList(text, "weka local ps").map((fields) => {
    // 6.x lists the columns `running` and `state`; that its JSON spells them the same way is inferred.
    const isRunning = fields.boolean(generation === "six" ? "running" : "isRunning");
    if (!isRunning) return { name: fields.text("name"), isRunning, state: "" };
    const inner = generation === "six" ? fields : fields.object("internalStatus");
    return { name: fields.text("name"), isRunning, state: inner.text("state") };
  });
}
