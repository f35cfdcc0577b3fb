import type { ClusterSpec, SpecProblem } from "@muster/core";
import { checkProtection } from "./check-protection.ts";
import { checkSection } from "./check-section.ts";
import { checkTiers } from "./check-tiers.ts";
import { CONFIG_FILESYSTEM_BYTES } from "./limits.ts";
import { netBytes } from "./protection.ts";
import { rawBytesOf } from "./sizing.ts";
import { dataTier, planOf } from "./spec-section.ts";

/** Everything that is wrong with a spec in WEKA's eyes, all at once. An empty list means that the blueprint accepts it. */
export function checkWeka(spec: ClusterSpec): readonly SpecProblem[] {
  const { section, problems } = checkSection(spec);
  const found = [...problems, ...checkTiers(spec, section), ...checkProtection(spec, section)];
  // Capacity follows from all the rest, so it can be judged only when the rest is right.
  return found.length > 0 ? found : capacityProblems(spec);
}

function capacityProblems(spec: ClusterSpec): SpecProblem[] {
  const { filesystem, backends, protection } = planOf(spec);
  if (filesystem === undefined || filesystem.bytes === "all") return [];
  // Any candidate may be the one that AWS has, so the smallest counts.
  const types = spec.tiers[dataTier(spec.deployment)]?.instanceTypes ?? [];
  const smallest = Math.min(...types.map((type) => netBytes(rawBytesOf(type) * backends, backends, protection)));
  const room = smallest - CONFIG_FILESYSTEM_BYTES;
  if (filesystem.bytes <= room) return [];
  return [
    {
      path: "weka.filesystem.size",
      found: `${(filesystem.bytes / 1e12).toFixed(1)} TB`,
      rule: `The cluster has room for ${(room / 1e12).toFixed(1)} TB of files.`,
      remedy: `Write all, or ${Math.max(1, Math.floor(room / 1e9))}GB.`,
    },
  ];
}
