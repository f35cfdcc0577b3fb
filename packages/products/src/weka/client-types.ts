import type { NodeShape } from "@muster/core";

/** One instance type as a WEKA client. */
export interface ClientType {
  readonly vCpus: number;
  readonly memoryGiB: number;
  readonly architecture: NodeShape["architecture"];
  /** Network interfaces that network card 0 takes. */
  readonly interfacesMax: number;
}

/** The type as a client; undefined when WEKA does not list it, or AWS's figures for it are not on record. */
export function clientType(instanceType: string): ClientType | undefined {
  const row = CLIENT_TYPES[instanceType];
  if (row === undefined) return undefined;
  const [vCpus, memoryGiB, architecture, interfacesMax] = row;
  return { vCpus, memoryGiB, architecture, interfacesMax };
}

export const CLIENT_TYPE_NAMES = (): readonly string[] => Object.keys(CLIENT_TYPES);

/** Why a type cannot be a client although WEKA's list names it; undefined when the list does not name it either. */
export function whyNotClient(instanceType: string): "gone" | "unrecorded" | undefined {
  if (GONE_TYPES.includes(instanceType)) return "gone";
  const [family = "", size = ""] = instanceType.split(".");
  return UNRECORDED_SIZES[family]?.split(" ").includes(size) === true ? "unrecorded" : undefined;
}

/**
 * WEKA's list of client types (docs.weka.io, "Supported EC2 instance types", every backend type included) where AWS's
 * DescribeInstanceTypes (2026-08-02) is on record: vCPUs, memory GiB, architecture, interfaces of network card 0.
 */
const CLIENT_TYPES: Readonly<Record<string, readonly [number, number, NodeShape["architecture"], number]>> = {
  "m5.xlarge": [4, 16, "x86_64", 4],
  "m5.2xlarge": [8, 32, "x86_64", 4],
  "m5.4xlarge": [16, 64, "x86_64", 8],
  "m5.8xlarge": [32, 128, "x86_64", 8],
  "m5.12xlarge": [48, 192, "x86_64", 8],
  "m5.16xlarge": [64, 256, "x86_64", 15],
  "m5.24xlarge": [96, 384, "x86_64", 15],
  "m6i.xlarge": [4, 16, "x86_64", 4],
  "m6i.2xlarge": [8, 32, "x86_64", 4],
  "m6i.4xlarge": [16, 64, "x86_64", 8],
  "m6i.8xlarge": [32, 128, "x86_64", 8],
  "m6i.12xlarge": [48, 192, "x86_64", 8],
  "m6i.16xlarge": [64, 256, "x86_64", 15],
  "m6i.24xlarge": [96, 384, "x86_64", 15],
  "m6i.32xlarge": [128, 512, "x86_64", 15],
  "m7i.xlarge": [4, 16, "x86_64", 4],
  "m7i.2xlarge": [8, 32, "x86_64", 4],
  "m7i.4xlarge": [16, 64, "x86_64", 8],
  "m7i.8xlarge": [32, 128, "x86_64", 8],
  "m7i.12xlarge": [48, 192, "x86_64", 8],
  "m7i.16xlarge": [64, 256, "x86_64", 15],
  "m7i.24xlarge": [96, 384, "x86_64", 15],
  "m7i.48xlarge": [192, 768, "x86_64", 15],
  "c5.2xlarge": [8, 16, "x86_64", 4],
  "c5.4xlarge": [16, 32, "x86_64", 8],
  "c5.9xlarge": [36, 72, "x86_64", 8],
  "c5.12xlarge": [48, 96, "x86_64", 8],
  "c5.18xlarge": [72, 144, "x86_64", 15],
  "c5.24xlarge": [96, 192, "x86_64", 15],
  "c5n.2xlarge": [8, 21, "x86_64", 4],
  "c5n.4xlarge": [16, 42, "x86_64", 8],
  "c5n.9xlarge": [36, 96, "x86_64", 8],
  "c5n.18xlarge": [72, 192, "x86_64", 15],
  "c6in.2xlarge": [8, 16, "x86_64", 4],
  "c6in.4xlarge": [16, 32, "x86_64", 8],
  "c6in.8xlarge": [32, 64, "x86_64", 8],
  "c6in.12xlarge": [48, 96, "x86_64", 8],
  "c6in.16xlarge": [64, 128, "x86_64", 15],
  "c6in.24xlarge": [96, 192, "x86_64", 15],
  "c6in.32xlarge": [128, 256, "x86_64", 8],
  "c7i.2xlarge": [8, 16, "x86_64", 4],
  "c7i.4xlarge": [16, 32, "x86_64", 8],
  "c7i.8xlarge": [32, 64, "x86_64", 8],
  "c7i.12xlarge": [48, 96, "x86_64", 8],
  "c7i.16xlarge": [64, 128, "x86_64", 15],
  "c7i.24xlarge": [96, 192, "x86_64", 15],
  "c7i.48xlarge": [192, 384, "x86_64", 15],
  "r5.xlarge": [4, 32, "x86_64", 4],
  "r5.2xlarge": [8, 64, "x86_64", 4],
  "r5.4xlarge": [16, 128, "x86_64", 8],
  "r5.8xlarge": [32, 256, "x86_64", 8],
  "r5.12xlarge": [48, 384, "x86_64", 8],
  "r5.16xlarge": [64, 512, "x86_64", 15],
  "r5.24xlarge": [96, 768, "x86_64", 15],
  "r6i.xlarge": [4, 32, "x86_64", 4],
  "r6i.2xlarge": [8, 64, "x86_64", 4],
  "r6i.4xlarge": [16, 128, "x86_64", 8],
  "r6i.8xlarge": [32, 256, "x86_64", 8],
  "r6i.12xlarge": [48, 384, "x86_64", 8],
  "r6i.16xlarge": [64, 512, "x86_64", 15],
  "r6i.24xlarge": [96, 768, "x86_64", 15],
  "r6i.32xlarge": [128, 1024, "x86_64", 15],
  "z1d.xlarge": [4, 32, "x86_64", 4],
  "z1d.2xlarge": [8, 64, "x86_64", 4],
  "z1d.3xlarge": [12, 96, "x86_64", 8],
  "z1d.6xlarge": [24, 192, "x86_64", 8],
  "z1d.12xlarge": [48, 384, "x86_64", 15],
  "g5.xlarge": [4, 16, "x86_64", 4],
  "g5.2xlarge": [8, 32, "x86_64", 4],
  "g5.4xlarge": [16, 64, "x86_64", 8],
  "g5.8xlarge": [32, 128, "x86_64", 8],
  "g5.12xlarge": [48, 192, "x86_64", 15],
  "g5.16xlarge": [64, 256, "x86_64", 8],
  "p4d.24xlarge": [96, 1152, "x86_64", 15],
  "p4de.24xlarge": [96, 1152, "x86_64", 15],
  "p5.48xlarge": [192, 2048, "x86_64", 2],
  "i3en.xlarge": [4, 32, "x86_64", 4],
  "i3en.2xlarge": [8, 64, "x86_64", 4],
  "i3en.3xlarge": [12, 96, "x86_64", 4],
  "i3en.6xlarge": [24, 192, "x86_64", 8],
  "i3en.12xlarge": [48, 384, "x86_64", 8],
  "i3en.24xlarge": [96, 768, "x86_64", 15],
  "hpc7a.12xlarge": [24, 768, "x86_64", 2],
  "hpc7a.48xlarge": [96, 768, "x86_64", 2],
  "hpc7a.96xlarge": [192, 768, "x86_64", 2],
  "i8ge.2xlarge": [8, 64, "arm64", 4],
  "i8ge.3xlarge": [12, 96, "arm64", 6],
  "i8ge.6xlarge": [24, 192, "arm64", 10],
  "i8ge.12xlarge": [48, 384, "arm64", 12],
  "i8ge.18xlarge": [72, 576, "arm64", 16],
  "i8ge.24xlarge": [96, 768, "arm64", 16],
  "i8ge.48xlarge": [192, 1536, "arm64", 24],
};

/** On WEKA's list, and gone from DescribeInstanceTypes in every region by 2026-05 (hpc6.48xlarge never existed). */
const GONE_TYPES: readonly string[] = [
  "f1.2xlarge",
  "f1.4xlarge",
  "f1.16xlarge",
  "g3.4xlarge",
  "g3.8xlarge",
  "g3.16xlarge",
  "p2.xlarge",
  "p2.8xlarge",
  "p2.16xlarge",
  "p3.2xlarge",
  "p3.8xlarge",
  "p3.16xlarge",
  "hpc6.48xlarge",
];

/** On WEKA's list too, but without AWS's figures on record: sizes by family. */
const UNRECORDED_SIZES: Readonly<Record<string, string>> = {
  m5n: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
  m5dn: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
  m6a: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge",
  m6g: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  m6gd: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  m6id: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
  m6idn: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
  m6in: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
  m7a: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge",
  m7g: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  m7gd: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  c5a: "2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
  c5ad: "2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
  c6a: "2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 32xlarge 48xlarge",
  c6g: "2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  c6gd: "2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  c6gn: "2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  c7a: "2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge",
  c7g: "2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  c7gd: "2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  r5n: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
  r6a: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 32xlarge 48xlarge",
  r6id: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
  r6idn: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
  r6in: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
  r6g: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  r6gd: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  r7a: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge",
  r7iz: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 32xlarge",
  r7g: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  r7gd: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  x1: "16xlarge 32xlarge",
  x1e: "16xlarge 32xlarge",
  x2idn: "16xlarge 24xlarge 32xlarge",
  x2iedn: "xlarge 2xlarge 4xlarge 8xlarge 16xlarge 24xlarge",
  g4dn: "2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  g5g: "2xlarge 4xlarge 8xlarge 16xlarge",
  g6: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
  gr6: "4xlarge 8xlarge",
  inf1: "2xlarge 6xlarge 24xlarge",
  inf2: "xlarge 8xlarge 24xlarge 48xlarge",
  trn1: "2xlarge 32xlarge",
  trn1n: "32xlarge",
  hpc6a: "48xlarge",
};
