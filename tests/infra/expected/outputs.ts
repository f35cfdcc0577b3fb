import type { Manifest } from "@muster/manifest";
import { idOf } from "../synth/stand-in-provider.ts";
import type { App } from "../synth/recording.ts";
import { required, type Inputs } from "./expectation.ts";

/** What `sst deploy` prints at its end; commands are written out, since a person pastes them. */
export function expectedOutputs({ api, machines, nodePolicy, topic, place }: Manifest, app: App): Inputs {
  const operations = machines.filter(({ isOperation }) => isOperation);
  const deploy = required(
    operations.find(({ name }) => name === "deploy-cluster"),
    "deploy-cluster",
  );
  return {
    ...Object.fromEntries(operations.map(({ name, aliasArn }) => [name, aliasArn])),
    api: `https://${idOf(api.name)}.execute-api.${place.region}.amazonaws.com`,
    nodePolicy: nodePolicy.arn,
    alarms: topic.arn,
    subscribe: `aws sns subscribe --region ${place.region} --topic-arn ${topic.arn} --protocol email --notification-endpoint you@example.com`,
    firstCommand: `aws stepfunctions start-execution --region ${place.region} --state-machine-arn ${deploy.aliasArn} --input file://examples/inputs/deploy-cluster.json`,
    // SST adds it, for its own command line.
    _protect: app.protect,
  };
}
