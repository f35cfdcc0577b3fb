export { buildManifest } from "./build-manifest.ts";
export type * from "./manifest.ts";
export { namesOf, type Names } from "./names.ts";
export type { Statement } from "./statement.ts";
