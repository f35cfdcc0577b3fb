import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RECORDING_FILE } from "./recording.ts";
import { synthesize } from "./synthesize.ts";

/** `node main.ts <root> <stage> <work>`: writes what sst.config.ts would create in that stage into the folder `work`. */
const [root = "", stage = "", work = ""] = process.argv.slice(2);
writeFileSync(join(work, RECORDING_FILE), JSON.stringify(await synthesize({ root, stage, work })));
// Pulumi keeps connections open, and its program has ended.
process.exit(0);
