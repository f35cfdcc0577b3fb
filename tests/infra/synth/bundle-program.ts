import { readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";

/**
 * Bundles sst.config.ts as SST's CLI does before it runs it (pkg/js/js.go and pkg/project/run.go of anomalyco/sst):
 * SST's globals are injected, and every file gets the providers' imports on top. Into .sst/platform, from where the parts
 * that stay outside resolve; the caller removes it.
 */
export interface Bundling {
  /** Folder of sst.config.ts. */
  readonly root: string;
  readonly code: string;
  readonly outfile: string;
  readonly banner?: string;
  /** Import lines of providers and components; none while only `app()` is asked. */
  readonly globals?: readonly string[];
  readonly define?: Readonly<Record<string, string>>;
}

export async function bundleProgram(bundling: Bundling): Promise<void> {
  const { root, code, outfile, globals, define = {} } = bundling;
  const platform = join(root, ".sst/platform");
  await build({
    stdin: { contents: code, resolveDir: root, sourcefile: "eval.ts", loader: "ts" },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    logLevel: "silent",
    nodePaths: [join(platform, "node_modules")],
    external: [
      "@pulumi/*",
      "undici",
      "@pulumiverse/*",
      "@sst-provider/*",
      "@aws-sdk/*",
      "esbuild",
      "archiver",
      "glob",
      "vite",
    ],
    banner: { js: `${NODE_BANNER}${bundling.banner ?? ""}` },
    inject: globals === undefined ? [] : [join(platform, "src/shim/run.js")],
    define: { ...define },
    plugins: globals === undefined ? [refuseStaticImports] : [injectGlobals(root, globals)],
  });
}

export function removeBundle(outfile: string): void {
  rmSync(outfile, { force: true });
}

/** CommonJS names that dependencies expect, and that modules do not have. */
export const NODE_BANNER = [
  `import { createRequire as topLevelCreateRequire } from "module";`,
  `const require = topLevelCreateRequire(import.meta.url);`,
  `import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url";`,
  `const __filename = topLevelFileUrlToPath(import.meta.url);`,
  `const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url));`,
  "",
].join("\n");

/** The CLI evaluates `app()` before any provider is there, and refuses a config that imports at its top. */
const refuseStaticImports: Plugin = {
  name: "refuse-static-imports",
  setup: (context) => {
    context.onResolve({ filter: /.*/ }, ({ importer, kind, path }) =>
      basename(importer) === "sst.config.ts" && kind === "import-statement"
        ? { errors: [{ text: `sst.config.ts imports ${path} at its top, which SST refuses` }] }
        : undefined,
    );
  },
};

function injectGlobals(root: string, globals: readonly string[]): Plugin {
  return {
    name: "inject-globals",
    setup: (context) => {
      context.onLoad({ filter: /\.(js|ts|jsx|tsx)$/ }, ({ path }) =>
        path.startsWith(join(root, ".sst"))
          ? undefined
          : {
              contents: `${globals.join("\n")}\n${readFileSync(path, "utf8")}`,
              loader: path.endsWith("ts") ? "ts" : "js",
              resolveDir: dirname(path),
            },
      );
    },
  };
}
