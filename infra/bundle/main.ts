import { bundleFunctions } from "./bundle-functions.ts";

/** `node infra/bundle/main.ts <outdir>`: bundles every function, and prints which folder holds which, as JSON. */
const [outdir] = process.argv.slice(2);
if (outdir === undefined) throw new Error("which folder? node infra/bundle/main.ts <outdir>");
process.stdout.write(`${JSON.stringify(await bundleFunctions(outdir), undefined, 2)}\n`);
