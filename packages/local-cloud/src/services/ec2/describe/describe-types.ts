import type {
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  InstanceTypeInfo,
} from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { invalidParameterCombination, invalidParameterValue } from "../errors/general.ts";
import { endDryRun, refuseOthers, refuseUnless } from "../input.ts";
import { coresOf, instanceTypes, type InstanceTypeFacts } from "../instance-types/instance-type.ts";
import { isOffered } from "../launch/plan.ts";
import { compileFilters, type FilterTable } from "./filters.ts";
import { COMMON_PAGE, takePage } from "./paging.ts";

/** Names in one call, and the largest page. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html */
const TYPE_NAMES_MAX = 100;
const TYPES_PAGE = { min: 5, max: 100 } as const;

export function describeInstanceTypes(core: Ec2Core, input: DescribeInstanceTypesRequest): DescribeInstanceTypesResult {
  refuseOthers("DescribeInstanceTypes", input, ["InstanceTypes", "Filters", "MaxResults", "NextToken", "DryRun"]);
  const names: readonly string[] = input.InstanceTypes ?? [];
  if (names.length > 0 && input.MaxResults !== undefined) {
    throw invalidParameterCombination("The parameter InstanceTypes cannot be used with the parameter MaxResults");
  }
  if (names.length > TYPE_NAMES_MAX) {
    throw invalidParameterValue(`The maximum number of instance types in a request is ${TYPE_NAMES_MAX}`);
  }
  const matches = compileFilters(input.Filters, typeFilters);
  const unknown = names.filter((name) => !instanceTypes.has(name) || !isOfferedAnywhere(core, name));
  if (unknown.length > 0) {
    throw new AwsError(
      "InvalidInstanceType",
      `The following supplied instance types do not exist: [${unknown.join(", ")}]`,
    );
  }
  endDryRun(input);
  const all = [...instanceTypes.values()].filter(
    (type) => (names.length === 0 ? isOfferedAnywhere(core, type.name) : names.includes(type.name)) && matches(type),
  );
  const { page, ...token } = takePage(all, input, { key: (type) => type.name, range: TYPES_PAGE });
  return { ...token, InstanceTypes: page.map(render) };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html */
export function describeInstanceTypeOfferings(
  core: Ec2Core,
  input: DescribeInstanceTypeOfferingsRequest,
): DescribeInstanceTypeOfferingsResult {
  refuseOthers("DescribeInstanceTypeOfferings", input, [
    "LocationType",
    "Filters",
    "MaxResults",
    "NextToken",
    "DryRun",
  ]);
  const kind = input.LocationType ?? "region";
  refuseUnless("DescribeInstanceTypeOfferings LocationType", kind, [
    "region",
    "availability-zone",
    "availability-zone-id",
  ]);
  const matches = compileFilters<{ type: string; location: string }>(input.Filters, {
    fields: { "instance-type": ({ type }) => type, location: ({ location }) => location },
  });
  endDryRun(input);
  const offerings = [...instanceTypes.keys()].flatMap((type) =>
    locationsOf(core, type, kind).map((location) => ({ type, location })),
  );
  const { page, ...token } = takePage(offerings.filter(matches), input, {
    key: ({ type, location }) => `${type} ${location}`,
    range: COMMON_PAGE,
  });
  return {
    ...token,
    InstanceTypeOfferings: page.map(({ type, location }) => ({
      InstanceType: type as NonNullable<InstanceTypeInfo["InstanceType"]>,
      LocationType: kind,
      Location: location,
    })),
  };
}

function locationsOf(core: Ec2Core, type: string, kind: string): string[] {
  if (kind === "region") return isOfferedAnywhere(core, type) ? [core.context.region] : [];
  const zones = core.store.world.zones.filter((zone) => isOffered(core, type, zone.name));
  return zones.map((zone) => (kind === "availability-zone" ? zone.name : zone.id));
}

function isOfferedAnywhere(core: Ec2Core, type: string): boolean {
  return core.store.world.zones.some((zone) => isOffered(core, type, zone.name));
}

const typeFilters: FilterTable<InstanceTypeFacts> = {
  fields: {
    "bare-metal": (type) => String(type.bareMetal),
    "burstable-performance-supported": (type) => String(type.burstable),
    "current-generation": (type) => String(type.currentGeneration),
    "ebs-info.attachment-limit-type": (type) => type.ebsAttachments.limit,
    hypervisor: (type) => type.hypervisor,
    "instance-storage-supported": (type) => String(type.disks !== undefined),
    "instance-type": (type) => type.name,
    "memory-info.size-in-mib": (type) => String(type.memoryMiB),
    "network-info.efa-supported": (type) => String(type.efaInterfaces > 0),
    "network-info.ipv4-addresses-per-interface": (type) => String(type.addressesPerInterface),
    "network-info.maximum-network-cards": (type) => String(type.interfacesPerCard.length),
    "network-info.maximum-network-interfaces": (type) => String(type.interfacesMax),
    "processor-info.supported-architecture": (type) => type.architecture,
    "supported-usage-class": (type) => type.usageClasses,
    "vcpu-info.default-cores": (type) => String(coresOf(type)),
    "vcpu-info.default-threads-per-core": (type) => String(type.threadsPerCore),
    "vcpu-info.default-vcpus": (type) => String(type.vCpus),
  },
};

function render(type: InstanceTypeFacts): InstanceTypeInfo {
  const { disks } = type;
  return {
    InstanceType: type.name as NonNullable<InstanceTypeInfo["InstanceType"]>,
    CurrentGeneration: type.currentGeneration,
    SupportedUsageClasses: [...type.usageClasses],
    SupportedRootDeviceTypes: ["ebs"],
    SupportedVirtualizationTypes: ["hvm"],
    BareMetal: type.bareMetal,
    ...(type.hypervisor === undefined ? {} : { Hypervisor: type.hypervisor }),
    ProcessorInfo: { SupportedArchitectures: [type.architecture] },
    VCpuInfo: {
      DefaultVCpus: type.vCpus,
      DefaultCores: coresOf(type),
      DefaultThreadsPerCore: type.threadsPerCore,
    },
    MemoryInfo: { SizeInMiB: type.memoryMiB },
    InstanceStorageSupported: disks !== undefined,
    ...(disks === undefined
      ? {}
      : {
          InstanceStorageInfo: {
            TotalSizeInGB: disks.count * disks.sizeGb,
            Disks: [{ Count: disks.count, SizeInGB: disks.sizeGb, Type: "ssd" as const }],
            NvmeSupport: disks.nvme ? ("required" as const) : ("unsupported" as const),
          },
        }),
    EbsInfo: {
      MaximumEbsAttachments: type.ebsAttachments.max,
      AttachmentLimitType: type.ebsAttachments.limit,
    },
    NetworkInfo: {
      NetworkPerformance: type.networkPerformance,
      MaximumNetworkInterfaces: type.interfacesMax,
      MaximumNetworkCards: type.interfacesPerCard.length,
      DefaultNetworkCardIndex: 0,
      NetworkCards: type.interfacesPerCard.map((interfaces, index) => ({
        NetworkCardIndex: index,
        MaximumNetworkInterfaces: interfaces,
      })),
      Ipv4AddressesPerInterface: type.addressesPerInterface,
      EnaSupport: type.ena,
      EfaSupported: type.efaInterfaces > 0,
      ...(type.efaInterfaces > 0 ? { EfaInfo: { MaximumEfaInterfaces: type.efaInterfaces } } : {}),
    },
    PlacementGroupInfo: { SupportedStrategies: [...type.placementStrategies] },
    BurstablePerformanceSupported: type.burstable,
  };
}
