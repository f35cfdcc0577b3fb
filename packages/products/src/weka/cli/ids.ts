import type { CliGeneration } from "../versions.ts";
import { unexpected } from "./read.ts";

/** Reads an id: `HostId<4>` on the legacy command line, 4 on six. `INVALID`, which means none, is undefined. */
export function readId(value: unknown, generation: CliGeneration, path: string): number | undefined {
  if (generation === "six") {
    if (typeof value !== "number") throw unexpected(path, "a number", value);
    return value;
  }
  const [, inner] = typeof value === "string" ? (/^[A-Za-z]+<([0-9]+|INVALID)>$/.exec(value) ?? []) : [];
  if (inner === undefined) throw unexpected(path, "a typed id such as HostId<4>", value);
  return inner === "INVALID" ? undefined : Number(inner);
}
