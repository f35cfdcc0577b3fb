import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleProgram, removeBundle } from "./bundle-program.ts";
import { startCliServer } from "./cli-server.ts";
import { listen } from "./listen.ts";
import { loadPulumi, type Pulumi } from "./pulumi.ts";
import type { App, Recording } from "./recording.ts";
import { standInProvider } from "./stand-in-provider.ts";

interface Where {
  /** Folder of sst.config.ts. */
  readonly root: string;
  readonly stage: string;
  /** Where bundles go; one for each synthesis, since several may run at once. */
  readonly work: string;
}

/** No account: AWS's documentation uses this one. */
const ACCOUNT = "123456789012";
const REGION = "us-east-1";

/**
 * Runs sst.config.ts in one stage as `sst deploy` does, up to AWS: with SST's own components and bundling, under Pulumi's
 * stand-in engine. Once in a process, since Pulumi's state is global.
 */
export async function synthesize(where: Where): Promise<Recording> {
  const { stage } = where;
  // The app asks for a region, and is given none but this one.
  Object.assign(process.env, { SST_AWS_REGION: REGION, AWS_REGION: REGION });
  const app = await readApp(where);
  const cli = await startCliServer(ACCOUNT);
  process.env["SST_SERVER"] = cli.url;
  try {
    const pulumi = loadPulumi(where.root);
    const provider = standInProvider({ region: REGION, account: ACCOUNT });
    await pulumi.runtime.setMocks(provider, app.name, stage, false, "organization");
    const heard = listen(pulumi.runtime.getMonitor(), { app: app.name, stage });
    const outputs = await runProgram(where, app, pulumi);
    return { stage, region: REGION, account: ACCOUNT, app, outputs, bundles: cli.bundles, ...heard };
  } finally {
    cli.close();
  }
}

async function readApp({ root, stage }: Where): Promise<App> {
  const outfile = join(root, ".sst/platform", `app-${stage}-${process.pid}.mjs`);
  try {
    await bundleProgram({
      root,
      outfile,
      code: `import config from ${JSON.stringify(join(root, "sst.config.ts"))}; export default config;`,
      banner: "function $config(input) { return input }",
    });
    const config = (await importDefault(outfile)) as { app: (input: { stage: string }) => Promise<App> };
    return await config.app({ stage });
  } finally {
    removeBundle(outfile);
  }
}

async function runProgram({ root, stage, work }: Where, app: App, pulumi: Pulumi): Promise<Record<string, unknown>> {
  const platform = join(root, ".sst/platform");
  const outfile = join(platform, `program-${stage}-${process.pid}.mjs`);
  const paths = { home: join(work, "home"), root, work, platform };
  const failure = firstUnhandledRejection();
  try {
    await bundleProgram({
      root,
      outfile,
      code: [
        `import { run } from ${JSON.stringify(join(platform, "src/auto/run.ts"))};`,
        `import config from ${JSON.stringify(join(root, "sst.config.ts"))};`,
        `export default () => run(config.run);`,
      ].join("\n"),
      globals: [...providerImports(root), `import * as sst from ${JSON.stringify(join(platform, "src/components"))};`],
      define: {
        $app: JSON.stringify({ ...app, stage }),
        $cli: JSON.stringify({ command: "deploy", dev: false, paths, state: { version: {} } }),
        $dev: "false",
      },
    });
    const program = (await importDefault(outfile)) as () => Promise<unknown>;
    const run = async () => {
      const outputs = await pulumi.runtime.runInPulumiStack(program);
      // Waits for every registration that is still on its way.
      await pulumi.runtime.disconnect();
      return outputs ?? {};
    };
    return await Promise.race([run(), failure.happens]);
  } finally {
    failure.stop();
    removeBundle(outfile);
  }
}

function providerImports(root: string): string[] {
  const lock = JSON.parse(readFileSync(join(root, ".sst/provider-lock.json"), "utf8")) as readonly {
    readonly alias: string;
    readonly package: string;
  }[];
  return lock.map((provider) => `import * as ${provider.alias} from ${JSON.stringify(provider.package)};`);
}

async function importDefault(file: string): Promise<unknown> {
  return ((await import(pathToFileURL(file).href)) as { default: unknown }).default;
}

/** What throws inside `apply` rejects an output that nobody awaits: Pulumi fails of it, and so does this, at once. */
function firstUnhandledRejection(): { happens: Promise<never>; stop: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  process.on("unhandledRejection", reject);
  return { happens: promise, stop: () => process.off("unhandledRejection", reject) };
}
