import { account, instanceLauncher, secrets } from "@muster/aws";
import {
  forecastDeployment,
  gatherFacts,
  judgePreflight,
  judgeTrials,
  requireSpec,
  trialLaunches,
  tryLaunches,
} from "@muster/core";
import { defineApi } from "@muster/lambda";
import { prices, products } from "@muster/products";

/** Forecasts a cluster: the same checks as a deployment's, and what it would cost. It writes nothing and launches nothing. */
export const planCluster = defineApi({
  name: "plan-cluster",
  environment: ["STAGE"],
  ports: (aws, environment) => ({
    account: account(aws),
    compute: instanceLauncher(aws),
    secrets: secrets(aws),
    stage: environment.STAGE,
  }),
  routes: {
    "POST /v1/plans": async (request, { account, compute, secrets, stage }, { clock }) => {
      const { spec, product } = requireSpec(request.body, products);
      const blueprint = product.blueprint(spec);
      const facts = await gatherFacts({ account, secrets }, spec, blueprint, "tell");
      const preflight = judgePreflight(spec, blueprint, facts);
      const trials = trialLaunches({
        operationId: `${spec.name}.plan`,
        spec,
        blueprint,
        preflight,
        stage,
        now: clock.now(),
      });
      const findings = [...preflight.findings, ...judgeTrials(await tryLaunches(compute, trials, "tell"))];
      return {
        status: 200,
        body: forecastDeployment({ spec, blueprint, preflight, findings, hooks: product.hooks, prices }),
      };
    },
  },
});

export const { handler } = planCluster;
