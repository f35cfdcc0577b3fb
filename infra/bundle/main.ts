import { bundleFunctions } from "./bundle-functions.ts";

/**
 * `node infra/bundle/main.ts <outdir>`: bundles every function, and prints which folder holds which, as JSON. With
 * MUSTER_SDK=whole in the environment each holds AWS's own client: the way back, should ours ever meet what it cannot do.
 */
const [outdir] = process.argv.slice(2);
if (outdir === undefined) throw new Error("which folder? node infra/bundle/main.ts <outdir>");
const { MUSTER_SDK: sdk = "small" } = process.env;
if (sdk !== "small" && sdk !== "whole") throw new Error(`MUSTER_SDK is small or whole, and not ${sdk}`);
process.stdout.write(`${JSON.stringify(await bundleFunctions(outdir, sdk), undefined, 2)}\n`);
