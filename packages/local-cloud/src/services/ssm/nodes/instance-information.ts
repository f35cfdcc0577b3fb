import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  InstanceInformation,
} from "@aws-sdk/client-ssm";
import { checkConstraints } from "../../../mechanisms/constraints.ts";
import { pingOf } from "../agent/node-registry.ts";
import type { SsmCore } from "../core.ts";

import { invalidRequest, notImplemented, refuseOthers, takePage } from "../input.ts";
import { managedNodes, type SeenNode } from "./seen-node.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html */
const PAGE = { min: 5, max: 50, size: 10 } as const;
const FILTER_VALUES_MAX = 100;

/** Managed nodes; one whose agent has not registered is absent. */
export function describeInstanceInformation(
  core: SsmCore,
  input: DescribeInstanceInformationRequest,
): DescribeInstanceInformationResult {
  refuseOthers("DescribeInstanceInformation", input, [
    "Filters",
    "InstanceInformationFilterList",
    "MaxResults",
    "NextToken",
  ]);
  const filters = [
    ...(input.Filters ?? []).map((filter) => ({ key: filter.Key ?? "", values: filter.Values ?? [] })),
    ...(input.InstanceInformationFilterList ?? []).map((filter) => ({
      key: filter.key ?? "",
      values: filter.valueSet ?? [],
    })),
  ];
  if (filters.some(isByTag) && !filters.every(isByTag)) {
    throw invalidRequest("Tag filters can't be combined with other filters.");
  }
  checkConstraints(
    filters.map(({ values }, index) => ({
      at: `filters.${index + 1}.member.values`,
      value: values,
      max: FILTER_VALUES_MAX,
    })),
  );
  const tests = filters.map(({ key, values }) => compile(key, values));
  const found = managedNodes(core).filter((node) => tests.every((test) => test(node)));
  const { page, ...token } = takePage(found, input, { key: (node) => node.managed.instanceId, range: PAGE });
  return { ...token, InstanceInformationList: page.map((node) => render(core, node)) };
}

function isByTag({ key }: { readonly key: string }): boolean {
  return key === "tag-key" || key.startsWith("tag:");
}

function compile(key: string, values: readonly string[]): (node: SeenNode) => boolean {
  if (key === "tag-key") return (node) => values.some((name) => node.view.tags.has(name));
  if (key.startsWith("tag:")) {
    const name = key.slice("tag:".length);
    return (node) => values.includes(node.view.tags.get(name) ?? "");
  }
  switch (key) {
    case "InstanceIds": {
      const wanted = new Set(values);
      return (node) => wanted.has(node.managed.instanceId);
    }
    case "PingStatus":
      return (node) => values.includes(node.ping);
    case "PlatformTypes":
      return (node) => values.includes(node.platformType);
    case "AgentVersion":
      return (node) => values.includes(node.managed.agentVersion);
    case "ResourceType":
      return () => values.includes("EC2Instance");
    default:
      throw notImplemented(`DescribeInstanceInformation filter ${key}`);
  }
}

function render(core: SsmCore, node: SeenNode): InstanceInformation {
  const { managed, view } = node;
  return {
    InstanceId: managed.instanceId,
    PingStatus: node.ping,
    LastPingDateTime: new Date(pingOf(managed, core.clock.now()).lastPingAt),
    AgentVersion: managed.agentVersion,
    IsLatestVersion: true,
    PlatformType: node.platformType,
    PlatformName: view.platformName,
    PlatformVersion: node.platformVersion,
    ResourceType: "EC2Instance",
    IPAddress: view.privateIp,
    ComputerName: view.hostname,
    SourceId: managed.instanceId,
    SourceType: "AWS::EC2::Instance",
  };
}
