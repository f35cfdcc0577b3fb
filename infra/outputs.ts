import type { Manifest } from "@muster/manifest";

/** What a person needs next. */
export function outputsOf(manifest: Manifest, api: aws.apigatewayv2.Api): Record<string, unknown> {
  const { machines, nodePolicy, topic, place } = manifest;
  const operations = machines.filter((machine) => machine.isOperation);
  const deploy = operations.find((machine) => machine.name === "deploy-cluster");
  return {
    api: api.apiEndpoint,
    ...Object.fromEntries(operations.map((machine) => [machine.name, machine.aliasArn])),
    nodePolicy: nodePolicy.arn,
    alarms: topic.arn,
    subscribe: `aws sns subscribe --region ${place.region} --topic-arn ${topic.arn} --protocol email --notification-endpoint you@example.com`,
    ...(deploy === undefined
      ? {}
      : {
          firstCommand: `aws stepfunctions start-execution --region ${place.region} --state-machine-arn ${deploy.aliasArn} --input file://examples/inputs/deploy-cluster.json`,
        }),
  };
}
