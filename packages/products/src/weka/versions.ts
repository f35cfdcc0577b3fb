/**
 * Which command line a release brings. `legacy` is the Python one (typed ids such as `HostId<4>`, `create` verbs), `six`
 * the Go one that 6.0 made the default (bare numbers, `add` verbs). docs.weka.io, "Migrate from legacy WEKA CLI".
 */
export type CliGeneration = "legacy" | "six";

/** Releases whose command line Muster has been written for, by their first two numbers. */
export const SUPPORTED_RELEASES: Readonly<Record<string, CliGeneration>> = {
  "4.4": "legacy",
  "5.0": "legacy",
  "5.1": "legacy",
  "6.0": "six",
};

/** A release as get.weka.io names it: three or four numbers, and perhaps a suffix. */
export const RELEASE = /^[0-9]+\.[0-9]+\.[0-9]+(\.[0-9]+)?(-[a-z0-9]+)?$/;

/** The command line of a release; undefined when Muster does not know it. */
export function cliGeneration(release: string): CliGeneration | undefined {
  if (!RELEASE.test(release)) return undefined;
  return SUPPORTED_RELEASES[release.split(".").slice(0, 2).join(".")];
}
