import { account, clusterStore, instanceLauncher, secrets } from "@muster/aws";
import {
  gatherFacts,
  judgePreflight,
  judgeTrials,
  requireGoodFindings,
  trialLaunches,
  tryLaunches,
  type Finding,
} from "@muster/core";
import { defineTask, readOperation } from "@muster/lambda";
import { blueprintOf } from "@muster/products";
import { runPreflightInput } from "./event.ts";

/** Checks every limit at once, keeps each finding, and pins what launches will use. One bad finding ends the operation. */
export const runPreflight = defineTask({
  name: "run-preflight",
  environment: ["TABLE_NAME", "STAGE"],
  input: runPreflightInput,
  ports: (aws, environment) => ({
    store: clusterStore(aws, environment.TABLE_NAME),
    account: account(aws),
    compute: instanceLauncher(aws),
    secrets: secrets(aws),
    stage: environment.STAGE,
  }),
  run: async ({ operation }, { store, account, compute, secrets, stage }, { clock }) => {
    const { cluster } = await readOperation(store, operation);
    const { spec } = cluster;
    const blueprint = blueprintOf(spec);

    const facts = await gatherFacts({ account, secrets }, spec, blueprint, "throw");
    const preflight = judgePreflight(spec, blueprint, facts);
    const trials = trialLaunches({
      operationId: operation.operationId,
      spec,
      blueprint,
      preflight,
      stage,
      now: clock.now(),
    });
    const findings: Finding[] = [...preflight.findings, ...judgeTrials(await tryLaunches(compute, trials, "throw"))];

    await store.write(operation, [
      { update: "operation", set: { findings, step: "Limits checked" } },
      { update: "cluster", set: { resolved: preflight.resolved } },
    ]);
    requireGoodFindings(spec.name, findings);
    return {
      checked: findings.length,
      notGood: findings.filter((finding) => finding.verdict !== "ok").map((finding) => finding.id),
    };
  },
});

export const { handler } = runPreflight;
