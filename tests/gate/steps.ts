/** What has to hold before a change is good, in the order of how soon each tells. */
export const steps: readonly Step[] = [
  { name: "format", command: ["oxfmt", "--check", "."], remedy: "npm run fix" },
  { name: "lint", command: ["oxlint", "--type-aware"], remedy: "npm run fix mends some of it" },
  { name: "types", command: ["tsc", "--project", "."] },
  { name: "dead code", command: ["knip"], remedy: "delete what nothing uses" },
  {
    name: "infrastructure",
    command: ["node", "tests/infra/main.ts", "--prepare"],
    remedy: "sst install needs the npm registry, once",
  },
  { name: "tests", command: ["vitest", "run"], counts: "vitest" },
];

export interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly remedy?: string;
  /** Its own results are counted one by one. */
  readonly counts?: "vitest";
}
