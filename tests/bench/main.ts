import { measureColdStarts } from "./cold-start.ts";
import { coldStartGoals, printColdStarts } from "./cold-starts.ts";
import { measureDeployment } from "./deployment.ts";
import { deploymentGoals, printBesideIncumbent, printDeployments } from "./deployments.ts";
import { printGoals } from "./goal.ts";
import { print } from "./print.ts";

/** npm run bench: what deployments ask of AWS, and what functions weigh, beside the goals. Exit code 1 when one is missed. */
print("Deployments in the embedded cloud, in virtual time\n");
const [small, middle, large] = [
  await measureDeployment(6),
  await measureDeployment(100),
  await measureDeployment(1000),
];
printDeployments([small, middle, large]);

print("\nBeside WEKA's Terraform module, the same spec\n");
printBesideIncumbent([small, large]);

print("\nBundles, and what loading them takes\n");
const coldStarts = await measureColdStarts();
printColdStarts(coldStarts);

print("\nGoals\n");
process.exitCode = printGoals([...deploymentGoals(small, large), ...coldStartGoals(coldStarts)]) ? 0 : 1;
