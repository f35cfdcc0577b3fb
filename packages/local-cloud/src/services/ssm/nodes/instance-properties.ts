import type {
  DescribeInstancePropertiesRequest,
  DescribeInstancePropertiesResult,
  InstanceProperty,
} from "@aws-sdk/client-ssm";
import { pingOf } from "../agent/node-registry.ts";
import type { SsmCore } from "../core.ts";

import { notImplemented, refuseOthers, takePage } from "../input.ts";
import { managedNodes, type SeenNode } from "./seen-node.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceProperties.html */
const PAGE = { min: 5, max: 1_000, size: 10 } as const;

/** The same nodes in larger pages, with what EC2 knows of them. */
export function describeInstanceProperties(
  core: SsmCore,
  input: DescribeInstancePropertiesRequest,
): DescribeInstancePropertiesResult {
  refuseOthers("DescribeInstanceProperties", input, [
    "FiltersWithOperator",
    "InstancePropertyFilterList",
    "MaxResults",
    "NextToken",
  ]);
  const tests = [
    ...(input.FiltersWithOperator ?? []).map((filter) =>
      compile(filter.Key ?? "", filter.Values ?? [], filter.Operator ?? "Equal"),
    ),
    ...(input.InstancePropertyFilterList ?? []).map((filter) =>
      compile(filter.key ?? "", filter.valueSet ?? [], "Equal"),
    ),
  ];
  const found = managedNodes(core).filter((node) => tests.every((test) => test(node)));
  const { page, ...token } = takePage(found, input, { key: (node) => node.managed.instanceId, range: PAGE });
  return { ...token, InstanceProperties: page.map((node) => render(core, node)) };
}

function compile(key: string, values: readonly string[], operator: string): (node: SeenNode) => boolean {
  const field = fieldOf(key);
  switch (operator) {
    case "Equal":
      return (node) => field(node).some((value) => values.includes(value));
    case "NotEqual":
      return (node) => !field(node).some((value) => values.includes(value));
    case "BeginWith":
      return (node) => field(node).some((value) => values.some((prefix) => value.startsWith(prefix)));
    default:
      throw notImplemented(`DescribeInstanceProperties Operator ${operator}`);
  }
}

function fieldOf(key: string): (node: SeenNode) => readonly string[] {
  if (key === "tag-key") return (node) => [...node.view.tags.keys()];
  if (key.startsWith("tag:")) {
    const name = key.slice("tag:".length);
    return (node) => [node.view.tags.get(name) ?? []].flat();
  }
  switch (key) {
    case "InstanceIds":
      return (node) => [node.managed.instanceId];
    case "AgentVersion":
      return (node) => [node.managed.agentVersion];
    case "PingStatus":
      return (node) => [node.ping];
    case "PlatformTypes":
      return (node) => [node.platformType];
    case "ResourceType":
      return () => ["EC2Instance"];
    default:
      throw notImplemented(`DescribeInstanceProperties filter ${key}`);
  }
}

function render(core: SsmCore, node: SeenNode): InstanceProperty {
  const { managed, view } = node;
  return {
    Name: view.tags.get("Name") ?? "",
    InstanceId: managed.instanceId,
    InstanceType: view.instanceType,
    InstanceState: view.state,
    Architecture: view.architecture,
    IPAddress: view.privateIp,
    LaunchTime: new Date(view.launchedAt),
    PingStatus: node.ping,
    LastPingDateTime: new Date(pingOf(managed, core.clock.now()).lastPingAt),
    AgentVersion: managed.agentVersion,
    PlatformType: node.platformType,
    PlatformName: view.platformName,
    PlatformVersion: node.platformVersion,
    ResourceType: "EC2Instance",
    ComputerName: view.hostname,
    SourceId: managed.instanceId,
    SourceType: "AWS::EC2::Instance",
  };
}
