import { measureDeployment } from "./deployment.ts";
import { deploymentGoals, printBesideIncumbent, printDeployments } from "./deployments.ts";
import { printGoals } from "./goal.ts";
import { print } from "./print.ts";

/** npm run bench: what deployments ask of AWS, beside the goals and the incumbent. Exit code 1 when a goal is missed. */
print("Deployments in the embedded cloud, in virtual time\n");
const [small, middle, large] = [
  await measureDeployment(6),
  await measureDeployment(100),
  await measureDeployment(1000),
];
printDeployments([small, middle, large]);

print("\nBeside WEKA's Terraform module, the same spec\n");
printBesideIncumbent([small, large]);

print("\nGoals\n");
process.exitCode = printGoals(deploymentGoals(small, large)) ? 0 : 1;
