import { mkdirSync, statSync } from "node:fs";
import { join, parse } from "node:path";
import { build } from "esbuild";
import { NODE_BANNER } from "./bundle-program.ts";

/** What SST's components ask of the CLI when they need a function's code. */
export interface BuildRequest {
  readonly functionID: string;
  /** `functions/launch-nodes/handler.handler` */
  readonly handler: string;
  readonly properties?: {
    readonly minify?: boolean;
    readonly esbuild?: { readonly sourcemap?: boolean; readonly keepNames?: boolean; readonly external?: string[] };
  };
}

export interface BuildAnswer {
  readonly handler: string;
  readonly out: string;
  readonly errors: readonly string[];
  readonly sourcemaps: readonly string[];
}

/** Bundles a handler as SST does for nodejs24.x (pkg/runtime/node/build.go of anomalyco/sst). */
export async function buildHandler(
  { root, work }: { root: string; work: string },
  request: BuildRequest,
): Promise<BuildAnswer & { bytes: number }> {
  const { dir, name, ext } = parse(request.handler);
  const { minify = false, esbuild: options = {} } = request.properties ?? {};
  const out = join(work, "artifacts", `${request.functionID}-src`);
  const outfile = join(out, "bundle.mjs");
  mkdirSync(out, { recursive: true });
  const errors: string[] = [];
  const result = await build({
    entryPoints: [join(root, dir, `${name}.ts`)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2024",
    mainFields: ["module", "main"],
    keepNames: options.keepNames ?? true,
    sourcemap: options.sourcemap === false ? false : "linked",
    external: ["sharp", "pg-native", ...(options.external ?? [])],
    minify,
    metafile: true,
    logLevel: "silent",
    banner: { js: NODE_BANNER },
  }).catch((error: unknown) => {
    errors.push(error instanceof Error ? error.message : String(error));
    return undefined;
  });
  const exported = Object.values(result?.metafile.outputs ?? {}).flatMap((output) => output.exports);
  const wanted = ext.slice(1);
  if (result !== undefined && !exported.includes(wanted)) errors.push(`${request.handler} is not exported`);
  return {
    handler: `bundle${ext}`,
    out,
    errors,
    sourcemaps: [],
    bytes: result === undefined ? 0 : statSync(outfile).size,
  };
}
