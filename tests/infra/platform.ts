import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * SST's platform: its components and the providers' SDKs, in the version of the sst package. `sst install` unpacks them
 * into .sst/platform and takes the rest, about 320 MB, from the npm registry.
 */
export function isPlatformReady(root: string): boolean {
  const version = join(root, ".sst/platform/version");
  return (
    existsSync(version) &&
    readFileSync(version, "utf8").trim() === sstVersion(root) &&
    // Both are written last, and missing after an installation that was cut off.
    existsSync(join(root, ".sst/provider-lock.json")) &&
    existsSync(join(root, ".sst/platform/node_modules/@pulumi/aws/package.json"))
  );
}

/** @throws {Error} with the remedy */
export function requirePlatform(root: string): void {
  if (!isPlatformReady(root))
    throw new Error(`SST's platform ${sstVersion(root)} is not in .sst/: npm run verify:infra installs it.`);
}

/** Answers what went wrong, with the remedy; undefined when it is installed. */
export function installPlatform(root: string): string | undefined {
  const { status, stdout, stderr, error } = spawnSync("sst", ["install"], {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      // Neither Pulumi's engine nor Bun is needed up to here, nor asked for.
      SST_SKIP_DEPENDENCY_CHECK: "1",
      SST_NO_BUN: "1",
      SST_TELEMETRY_DISABLED: "1",
      SST_STAGE: "ci",
      // The configuration asks for one; nothing is deployed.
      AWS_REGION: "us-east-1",
    },
  });
  if (status === 0 && isPlatformReady(root)) return undefined;
  return (
    `sst install failed: ${error?.message ?? `${stdout}${stderr}`.trim()}\n` +
    "It needs the npm registry, once; behind a proxy, set npm's registry in .npmrc. Then run npm run verify:infra again."
  );
}

function sstVersion(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, "node_modules/sst/package.json"), "utf8")) as {
    version: string;
  };
  return version;
}
