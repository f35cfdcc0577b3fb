import { measureDeployment } from "./deployment.ts";
for (const n of process.argv.slice(2).map(Number))
  process.stdout.write(`${JSON.stringify(await measureDeployment(n), null, 1)}\n`);
