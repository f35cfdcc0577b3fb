import { INSTANCE_TYPE_TABLE } from "./instance-type-table.ts";
import { quotaFamilies, type QuotaFamily } from "./quota-families.ts";

/** What EC2 knows of an instance type, as far as the embedded cloud acts on it. */
export interface InstanceTypeFacts {
  readonly name: string;
  readonly vCpus: number;
  readonly threadsPerCore: number;
  readonly memoryMiB: number;
  readonly architecture: "x86_64" | "arm64";
  /** Interfaces allowed per network card; the index is the NetworkCardIndex. */
  readonly interfacesPerCard: readonly number[];
  /** Over all cards. */
  readonly interfacesMax: number;
  /** Private IPv4 addresses per interface, the primary included. */
  readonly addressesPerInterface: number;
  readonly disks: { readonly count: number; readonly sizeGb: number; readonly nvme: boolean } | undefined;
  /** `shared`: volumes, interfaces beyond the first and disks count together. */
  readonly ebsAttachments: { readonly limit: "shared" | "dedicated"; readonly max: number };
  readonly family: QuotaFamily;
  readonly efaInterfaces: number;
  readonly gpus: number;
  readonly burstable: boolean;
  readonly bareMetal: boolean;
  readonly currentGeneration: boolean;
  readonly usageClasses: readonly ("on-demand" | "spot" | "capacity-block")[];
  readonly placementStrategies: readonly ("cluster" | "partition" | "spread")[];
  /** Undefined on bare metal. */
  readonly hypervisor: "nitro" | "xen" | undefined;
  readonly ena: "required" | "supported" | "unsupported";
  readonly networkPerformance: string;
}

/** Columns of the table. */
const COLUMNS = 14;

/** Every instance type that the embedded cloud knows, by name, in the table's order. */
export const instanceTypes: ReadonlyMap<string, InstanceTypeFacts> = new Map(
  INSTANCE_TYPE_TABLE.trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const facts = parseRow(line.trim().split(/\s+/));
      return [facts.name, facts];
    }),
);

/** Cores, as EC2's CpuOptions count them. */
export function coresOf(type: InstanceTypeFacts): number {
  return type.vCpus / type.threadsPerCore;
}

function parseRow(cells: readonly string[]): InstanceTypeFacts {
  if (cells.length !== COLUMNS)
    throw new Error(`a row of instance types has ${cells.length} columns: ${cells.join(" ")}`);
  const cell = (column: number): string => cells[column] ?? "";
  const flags = new Set(cell(12));
  const interfacesPerCard = parseCards(cell(5));
  return {
    name: cell(0),
    vCpus: Number(cell(1)),
    threadsPerCore: Number(cell(2)),
    memoryMiB: Number(cell(3)),
    architecture: cell(4) === "arm64" ? "arm64" : "x86_64",
    interfacesPerCard,
    interfacesMax: interfacesPerCard.reduce((sum, count) => sum + count, 0),
    addressesPerInterface: Number(cell(6)),
    disks: parseDisks(cell(7), !flags.has("n")),
    ebsAttachments: parseEbs(cell(8)),
    family: parseFamily(cell(9)),
    efaInterfaces: Number(cell(10)),
    gpus: Number(cell(11)),
    burstable: flags.has("b"),
    bareMetal: flags.has("m"),
    currentGeneration: !flags.has("o"),
    usageClasses: [
      "on-demand",
      ...(flags.has("s") ? [] : (["spot"] as const)),
      ...(flags.has("c") ? (["capacity-block"] as const) : []),
    ],
    placementStrategies: flags.has("k") ? ["partition", "spread"] : ["cluster", "partition", "spread"],
    hypervisor: flags.has("m") ? undefined : flags.has("x") ? "xen" : "nitro",
    ena: flags.has("e") ? "unsupported" : flags.has("a") ? "supported" : "required",
    networkPerformance: cell(13).replaceAll("_", " "),
  };
}

function parseCards(text: string): number[] {
  const [first = "", second] = text.split("x");
  return second === undefined ? [Number(first)] : Array.from({ length: Number(first) }, () => Number(second));
}

function parseDisks(text: string, nvme: boolean): InstanceTypeFacts["disks"] {
  if (text === "-") return undefined;
  const [count = "", sizeGb = ""] = text.split("x");
  return { count: Number(count), sizeGb: Number(sizeGb), nvme };
}

function parseEbs(text: string): InstanceTypeFacts["ebsAttachments"] {
  const [limit, max = ""] = text.split(":");
  return { limit: limit === "dedicated" ? "dedicated" : "shared", max: Number(max) };
}

function parseFamily(text: string): QuotaFamily {
  const family = (Object.keys(quotaFamilies) as QuotaFamily[]).find((name) => name === text);
  if (family === undefined) throw new Error(`the table of instance types names an unknown quota family ${text}`);
  return family;
}
