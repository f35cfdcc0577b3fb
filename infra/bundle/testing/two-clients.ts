import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundleOptions } from "../bundle-functions.ts";
import { sdkImports, type SdkImports } from "./operations.ts";

/** One package of the SDK twice: as it is, and as bundles have it. */
export interface Twins extends SdkImports {
  readonly whole: SdkModule;
  readonly bundled: SdkModule;
}

export type SdkModule = Readonly<Record<string, Constructor>>;

export type Constructor = new (argument: unknown) => object;

/** Every client and command that functions use, bundled as functions are. */
export async function bundledTwins(): Promise<Twins[]> {
  const folder = await mkdtemp(join(tmpdir(), "muster-clients-"));
  try {
    return await Promise.all(sdkImports().map((imports) => twin(imports, folder)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function twin(imports: SdkImports, folder: string): Promise<Twins> {
  const { packageName, client, commands, exceptions } = imports;
  const file = join(folder, `${client}.mjs`);
  await build({
    ...bundleOptions,
    stdin: {
      contents: `export { ${[client, ...commands, ...exceptions].join(", ")} } from ${JSON.stringify(packageName)};`,
      resolveDir: import.meta.dirname,
    },
    outfile: file,
  });
  return {
    ...imports,
    whole: (await import(packageName)) as SdkModule,
    bundled: (await import(/* @vite-ignore */ pathToFileURL(file).href)) as SdkModule,
  };
}
