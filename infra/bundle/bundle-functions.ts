import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import { sdkPlugin } from "./sdk-plugin.ts";

/** `small`: what is used of the SDK, with a small client in place of its own; `whole`: the SDK as AWS publishes it. */
export type Sdk = "small" | "whole";

/** A function as Lambda gets it. */
export interface BundledFunction {
  /** Folder in functions/: `launch-nodes`. */
  readonly name: string;
  /** What to deploy: it holds `handler.mjs`, and nothing else. */
  readonly folder: string;
  readonly file: string;
  /** For Lambda's configuration. */
  readonly handler: string;
  readonly bytes: number;
}

/**
 * Bundles every function into a folder of its own under `outdir`, each with what it uses and no more. The same sources
 * give the same bytes, so that a function that has not changed is not deployed again.
 */
export async function bundleFunctions(outdir: string, sdk: Sdk = "small"): Promise<readonly BundledFunction[]> {
  const names = await functionNames();
  const root = resolve(outdir);
  const { outputFiles } = await build({
    ...(sdk === "small" ? bundleOptions : wholeSdkOptions),
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/handler`, `functions/${name}/handler.ts`])),
    outdir: root,
    write: false,
  });
  const contents = new Map(outputFiles.map((file) => [file.path, file.contents]));
  return Promise.all(
    names.map(async (name) => {
      const folder = join(root, name);
      const file = join(folder, "handler.mjs");
      const code = contents.get(file);
      if (code === undefined) throw new Error(`esbuild made no ${file}`);
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      await writeFile(file, code);
      return { name, folder, file, handler: "handler.handler", bytes: code.length };
    }),
  );
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** How all code for Lambda is bundled. */
export const bundleOptions: BuildOptions = {
  absWorkingDir: ROOT,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  minify: true,
  platform: "node",
  target: "node24",
  format: "esm",
  // ES modules, where a package has them: only they can be shaken.
  mainFields: ["module", "main"],
  conditions: ["module"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "silent",
  plugins: [sdkPlugin()],
};

const wholeSdkOptions: BuildOptions = {
  ...bundleOptions,
  plugins: [],
  // Parts of the SDK are CommonJS still.
  banner: { js: 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);' },
};

async function functionNames(): Promise<string[]> {
  const folders = await readdir(join(ROOT, "functions"));
  return folders.filter((name) => existsSync(join(ROOT, "functions", name, "handler.ts"))).toSorted();
}
