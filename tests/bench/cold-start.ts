import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { bundleFunctions } from "../../infra/bundle/bundle-functions.ts";
import { median } from "../../infra/bundle/goals.ts";

/** What loading one bundle costs. */
export interface ColdStart {
  readonly name: string;
  /** Minified. */
  readonly bytes: number;
  readonly gzipBytes: number;
  /** From the import's begin until the handler can be called, in a fresh process: the median of some. */
  readonly importMs: number;
}

export interface ColdStarts {
  readonly functions: readonly ColdStart[];
  /** A handler that does nothing. */
  readonly empty: ColdStart;
  /** The same with the SDK's DynamoDB client, bundled as SST bundles by default: what any function of AWS's would cost. */
  readonly oneClient: ColdStart;
}

/** Processes that load each bundle. They take turns, so that a busy moment of the machine falls on all of them. */
const ROUNDS = 9;

export async function measureColdStarts(): Promise<ColdStarts> {
  const folder = await mkdtemp(join(tmpdir(), "muster-cold-start-"));
  try {
    const bundles = await bundleFunctions(join(folder, "functions"));
    const files = new Map([
      ...(await comparisons(folder)),
      ...bundles.map(({ name, file }): [string, string] => [name, file]),
    ]);
    const times = await importTimes(files);
    const measured = await Promise.all([...files].map(([name, file]) => coldStart(name, file, times.get(name) ?? [])));
    const [empty, oneClient, ...functions] = measured;
    if (empty === undefined || oneClient === undefined) throw new Error("nothing was measured");
    return { functions, empty, oneClient };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function comparisons(folder: string): Promise<[string, string][]> {
  const empty = join(folder, "empty.mjs");
  await writeFile(empty, "export const handler = async () => ({});\n");
  const oneClient = join(folder, "one-client.mjs");
  await build({
    stdin: {
      contents: `
        import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
        export const handler = async () => new DynamoDBClient({});`,
      resolveDir: import.meta.dirname,
    },
    outfile: oneClient,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    // Parts of the SDK are CommonJS still.
    banner: { js: 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);' },
    logLevel: "silent",
  });
  return [
    ["empty handler", empty],
    ["with one SDK client", oneClient],
  ];
}

async function importTimes(files: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, file] of files) times.set(name, [...(times.get(name) ?? []), await importTime(file)]);
  }
  return times;
}

async function importTime(file: string): Promise<number> {
  const program = `
    const startedAt = performance.now();
    await import(${JSON.stringify(pathToFileURL(file).href)});
    process.stdout.write(String(performance.now() - startedAt));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: tmpdir(),
    env: {},
  });
  return Number(stdout);
}

async function coldStart(name: string, file: string, times: readonly number[]): Promise<ColdStart> {
  const code = await readFile(file);
  return { name, bytes: code.length, gzipBytes: gzipSync(code).length, importMs: median(times) };
}
