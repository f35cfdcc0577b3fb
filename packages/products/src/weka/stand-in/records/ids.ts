import type { CliGeneration } from "../../versions.ts";

/** An id as that command line prints it: `HostId<4>` or 4. */
export function printedId(kind: string, id: number | undefined, generation: CliGeneration): string | number | null {
  if (generation === "six") return id ?? null;
  return `${kind}<${id ?? "INVALID"}>`;
}
