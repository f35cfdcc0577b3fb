export { buildManifest } from "./build-manifest.ts";
export { idleCost, type IdleCost } from "./idle-cost.ts";
export type * from "./manifest.ts";
export { LIVE, namesOf, type Names } from "./names.ts";
export type { Statement } from "./statement.ts";
export { substitute } from "./substitute.ts";
