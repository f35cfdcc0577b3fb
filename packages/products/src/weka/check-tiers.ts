import type { ClusterSpec, SpecProblem, TierSpec } from "@muster/core";
import { BACKEND_TYPES } from "./backend-types.ts";
import { CLIENT_TYPE_NAMES, clientType, whyNotClient } from "./client-types.ts";
import {
  BACKENDS_MAX,
  BACKENDS_MIN,
  CLIENT_MEMORY_GIB_MIN,
  COMPUTE_MEMORY_GB_MAX,
  CONTAINER_CORES_MAX,
  SERVER_CORES_MAX,
} from "./limits.ts";
import { clientCoresMax, coreSplit, totalCores } from "./sizing.ts";
import { CLIENT_TIER, CONVERGED, dataTier, type WekaSection } from "./spec-section.ts";

/** Checks which tiers there are, how large they are, and what they are made of. */
export function checkTiers(spec: ClusterSpec, section: WekaSection | undefined): readonly SpecProblem[] {
  const name = dataTier(spec.deployment);
  const tier = spec.tiers[name];
  const client = spec.tiers[CLIENT_TIER];
  const hasFrontend = section?.dedicatedFrontend ?? spec.deployment === CONVERGED;
  return [
    ...tierNameProblems(spec, name),
    ...(tier === undefined ? [] : [...countProblems(name, tier), ...backendProblems(name, tier, hasFrontend)]),
    ...(client === undefined ? [] : clientProblems(client, section)),
  ];
}

function tierNameProblems(spec: ClusterSpec, data: string): SpecProblem[] {
  const allowed = [data, CLIENT_TIER];
  const problems: SpecProblem[] = Object.keys(spec.tiers)
    .filter((name) => !allowed.includes(name))
    .map((name) => ({
      path: `tiers.${name}`,
      found: name,
      rule: `Deployment ${spec.deployment} has the tiers ${allowed.join(" and ")}.`,
      remedy: `Call it ${spec.tiers[data] === undefined ? data : CLIENT_TIER}, or take it out.`,
    }));
  if (spec.tiers[data] === undefined) {
    problems.push({
      path: `tiers.${data}`,
      rule: `Deployment ${spec.deployment} keeps its data on the tier ${data}.`,
      remedy: `Write tiers.${data} with a count of at least ${BACKENDS_MIN} and instanceTypes such as i3en.2xlarge.`,
    });
  }
  return problems;
}

function countProblems(name: string, tier: TierSpec): SpecProblem[] {
  const problems: SpecProblem[] = [];
  if (tier.count < BACKENDS_MIN || tier.count > BACKENDS_MAX) {
    const nearest = tier.count < BACKENDS_MIN ? BACKENDS_MIN : BACKENDS_MAX;
    problems.push({
      path: `tiers.${name}.count`,
      found: String(tier.count),
      rule: `A WEKA cluster on AWS has at least ${BACKENDS_MIN} backends, and Muster forms at most ${BACKENDS_MAX}.`,
      remedy: `Write ${nearest}.`,
    });
  }
  if (tier.purchase === "spot") {
    problems.push({
      path: `tiers.${name}.purchase`,
      found: "spot",
      rule: "These nodes keep data on their instance store, which AWS takes back with a spot instance.",
      remedy: "Write on-demand, or leave it out.",
    });
  }
  return problems;
}

function backendProblems(name: string, tier: TierSpec, hasFrontend: boolean): SpecProblem[] {
  const path = (index: number) => `tiers.${name}.instanceTypes.${index}`;
  const problems = (tier.instanceTypes ?? []).flatMap((instanceType, index) => {
    const type = BACKEND_TYPES[instanceType];
    if (type === undefined) {
      return [
        {
          path: path(index),
          found: instanceType,
          rule: "It must be an instance type that WEKA supports as a backend.",
          remedy: `Write ${nearestType(instanceType, Object.keys(BACKEND_TYPES))}; all are: ${Object.keys(BACKEND_TYPES).join(", ")}.`,
        },
      ];
    }
    const rule = splitRule(coreSplit(type, hasFrontend), type);
    if (rule === undefined) return [];
    return [{ path: path(index), found: instanceType, rule, remedy: "Choose another instance type." }];
  });
  const known = (tier.instanceTypes ?? []).filter((type) => BACKEND_TYPES[type] !== undefined);
  return [...problems, ...architectureProblems(name, known, (type) => BACKEND_TYPES[type]?.architecture)];
}

/** The rule that a split of cores breaks; undefined when it breaks none. */
export function splitRule(split: ReturnType<typeof coreSplit>, type: { readonly disks: number }): string | undefined {
  const widest = Math.max(split.drive, split.compute, split.frontend);
  if (widest > CONTAINER_CORES_MAX) return `A WEKA container has at most ${CONTAINER_CORES_MAX} cores, not ${widest}.`;
  if (totalCores(split) > SERVER_CORES_MAX) {
    return `A server gives WEKA at most ${SERVER_CORES_MAX} cores, not ${totalCores(split)}.`;
  }
  if (Number.parseFloat(split.computeMemory) > COMPUTE_MEMORY_GB_MAX) {
    return `A compute container has at most ${COMPUTE_MEMORY_GB_MAX} GB of memory, not ${split.computeMemory}.`;
  }
  return type.disks === 0 ? "A backend has at least one NVMe disk." : undefined;
}

function clientProblems(tier: TierSpec, section: WekaSection | undefined): SpecProblem[] {
  const types = tier.instanceTypes ?? [];
  const known = types.filter((type) => clientType(type) !== undefined);
  return [
    ...types.flatMap((type, index) => clientTypeProblems(type, index, section)),
    ...architectureProblems(CLIENT_TIER, known, (type) => clientType(type)?.architecture),
  ];
}

function clientTypeProblems(instanceType: string, index: number, section: WekaSection | undefined): SpecProblem[] {
  const path = `tiers.${CLIENT_TIER}.instanceTypes.${index}`;
  const type = clientType(instanceType);
  if (type === undefined) {
    return [
      {
        path,
        found: instanceType,
        rule: CLIENT_REFUSALS[whyNotClient(instanceType) ?? "unlisted"],
        remedy: `Write ${nearestType(instanceType, CLIENT_TYPE_NAMES())}, or another type of WEKA's list.`,
      },
    ];
  }
  const problems: SpecProblem[] = [];
  if (type.memoryGiB < CLIENT_MEMORY_GIB_MIN) {
    problems.push({
      path,
      found: `${instanceType} with ${type.memoryGiB} GiB`,
      rule: `A WEKA client needs ${CLIENT_MEMORY_GIB_MIN} GiB of memory for itself.`,
      remedy: "Choose a larger type.",
    });
  }
  const { cores = 1, udp = false } = section?.client ?? {};
  const most = clientCoresMax(instanceType, udp);
  if (cores > most) {
    problems.push({
      path: "weka.client.cores",
      found: `${cores} on ${instanceType}`,
      rule: udp
        ? `${instanceType} has ${type.vCpus} vCPUs, and one physical core stays with the system.`
        : `Each client core takes a network interface beside the first; ${instanceType} has ${type.interfacesMax} interfaces and ${type.vCpus} vCPUs.`,
      remedy: `Write ${most}, or choose a larger instance type.`,
    });
  }
  return problems;
}

const CLIENT_REFUSALS = {
  gone: "WEKA's list names it as a client, but AWS offers it in no region any more.",
  unrecorded: "WEKA's list names it as a client, but Muster has no record of its vCPUs and interfaces.",
  unlisted: "It must be an instance type that WEKA supports as a client.",
} as const;

function architectureProblems(
  tier: string,
  types: readonly string[],
  architectureOf: (type: string) => string | undefined,
): SpecProblem[] {
  const [first, ...rest] = types;
  if (first === undefined) return [];
  const odd = rest.filter((type) => architectureOf(type) !== architectureOf(first));
  if (odd.length === 0) return [];
  return [
    {
      path: `tiers.${tier}.instanceTypes`,
      found: types.map((type) => `${type} (${architectureOf(type)})`).join(", "),
      rule: "All candidates of a tier have one architecture, since they start from one image.",
      remedy: `Take out ${odd.join(" and ")}, or ${first}.`,
    },
  ];
}

/** The known type that is most like it: the same size of another family, or else the first one known. */
function nearestType(instanceType: string, known: readonly string[]): string {
  const [family = "", size = ""] = instanceType.split(".");
  const alike = (prefix: number) => known.find((type) => type.startsWith(family.slice(0, prefix)));
  return (
    known.find((type) => type.endsWith(`.${size}`) && type.startsWith(family.slice(0, 1))) ??
    known.find((type) => type.endsWith(`.${size}`)) ??
    alike(2) ??
    known[0] ??
    ""
  );
}
