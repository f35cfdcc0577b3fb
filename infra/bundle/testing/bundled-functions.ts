import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { MusterFunction } from "@muster/lambda";
import { bundleFunctions, type BundledFunction, type Sdk } from "../bundle-functions.ts";

/** Every function's bundle, in a folder of its own that is far from any node_modules. */
export interface Bundles {
  readonly functions: readonly BundledFunction[];
  /** What each bundle exports: the function itself, besides the handler that AWS calls. */
  readonly load: () => Promise<readonly MusterFunction[]>;
  readonly remove: () => Promise<void>;
}

export async function bundled(sdk?: Sdk): Promise<Bundles> {
  const folder = await mkdtemp(join(tmpdir(), "muster-bundles-"));
  const functions = await bundleFunctions(folder, sdk);
  return {
    functions,
    load: () => Promise.all(functions.map(load)),
    remove: () => rm(folder, { recursive: true }),
  };
}

async function load({ name, file }: BundledFunction): Promise<MusterFunction> {
  const exported = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  const found = Object.values(exported).find(isFunctionOfMuster);
  if (found?.name !== name) throw new Error(`the bundle of ${name} exports no function of that name`);
  return found;
}

function isFunctionOfMuster(value: unknown): value is MusterFunction {
  return typeof value === "object" && value !== null && "bind" in value && "handler" in value;
}
