import type { NodeShape } from "@muster/core";

/** One instance type as a WEKA backend. */
export interface BackendType {
  readonly vCpus: number;
  readonly threadsPerCore: number;
  readonly architecture: NodeShape["architecture"];
  /** WEKA cores of the drives, compute and (when it is dedicated) frontend containers. */
  readonly driveCores: number;
  readonly computeCores: number;
  readonly frontendCores: number;
  /** Memory of the compute container, decimal GB, without and with a frontend container beside it. */
  readonly computeMemoryGb: { readonly alone: number; readonly besideFrontend: number };
  /** NVMe instance-store disks, and decimal GB of each. */
  readonly disks: number;
  readonly diskGb: number;
}

/**
 * Every type that WEKA's own module launches as a backend. Cores and memory: terraform-aws-weka 2cb7344, variables.tf;
 * hardware: AWS DescribeInstanceTypes as of 2026-08-02. A type's interfaces are its WEKA cores and one for management.
 */
export const BACKEND_TYPES: Readonly<Record<string, BackendType>> = {
  "i3en.2xlarge": {
    vCpus: 8,
    threadsPerCore: 2,
    architecture: "x86_64",
    driveCores: 1,
    computeCores: 1,
    frontendCores: 1,
    computeMemoryGb: { alone: 32.9, besideFrontend: 32.64 },
    disks: 2,
    diskGb: 2500,
  },
  "i3en.3xlarge": {
    vCpus: 12,
    threadsPerCore: 2,
    architecture: "x86_64",
    driveCores: 1,
    computeCores: 1,
    frontendCores: 1,
    computeMemoryGb: { alone: 62, besideFrontend: 61.7 },
    disks: 1,
    diskGb: 7500,
  },
  "i3en.6xlarge": {
    vCpus: 24,
    threadsPerCore: 2,
    architecture: "x86_64",
    driveCores: 2,
    computeCores: 4,
    frontendCores: 1,
    computeMemoryGb: { alone: 136.5, besideFrontend: 136.2 },
    disks: 2,
    diskGb: 7500,
  },
  "i3en.12xlarge": {
    vCpus: 48,
    threadsPerCore: 2,
    architecture: "x86_64",
    driveCores: 2,
    computeCores: 4,
    frontendCores: 1,
    computeMemoryGb: { alone: 310.7, besideFrontend: 310.4 },
    disks: 4,
    diskGb: 7500,
  },
  "i3en.24xlarge": {
    vCpus: 96,
    threadsPerCore: 2,
    architecture: "x86_64",
    driveCores: 4,
    computeCores: 9,
    frontendCores: 1,
    computeMemoryGb: { alone: 384, besideFrontend: 384 },
    disks: 8,
    diskGb: 7500,
  },
  "i8ge.2xlarge": {
    vCpus: 8,
    threadsPerCore: 1,
    architecture: "arm64",
    driveCores: 1,
    computeCores: 1,
    frontendCores: 1,
    computeMemoryGb: { alone: 32.9, besideFrontend: 32.64 },
    disks: 2,
    diskGb: 2500,
  },
  "i8ge.3xlarge": {
    vCpus: 12,
    threadsPerCore: 1,
    architecture: "arm64",
    driveCores: 1,
    computeCores: 3,
    frontendCores: 1,
    computeMemoryGb: { alone: 62, besideFrontend: 61.7 },
    disks: 1,
    diskGb: 7500,
  },
  "i8ge.6xlarge": {
    vCpus: 24,
    threadsPerCore: 1,
    architecture: "arm64",
    driveCores: 2,
    computeCores: 6,
    frontendCores: 1,
    computeMemoryGb: { alone: 136.5, besideFrontend: 136.2 },
    disks: 2,
    diskGb: 7500,
  },
  "i8ge.12xlarge": {
    vCpus: 48,
    threadsPerCore: 1,
    architecture: "arm64",
    driveCores: 4,
    computeCores: 6,
    frontendCores: 1,
    computeMemoryGb: { alone: 310.7, besideFrontend: 310.4 },
    disks: 4,
    diskGb: 7500,
  },
  "i8ge.18xlarge": {
    vCpus: 72,
    threadsPerCore: 1,
    architecture: "arm64",
    driveCores: 3,
    computeCores: 11,
    frontendCores: 1,
    computeMemoryGb: { alone: 347, besideFrontend: 347 },
    disks: 6,
    diskGb: 7500,
  },
  "i8ge.24xlarge": {
    vCpus: 96,
    threadsPerCore: 1,
    architecture: "arm64",
    driveCores: 4,
    computeCores: 10,
    frontendCores: 1,
    computeMemoryGb: { alone: 384, besideFrontend: 384 },
    disks: 8,
    diskGb: 7500,
  },
  "i8ge.48xlarge": {
    vCpus: 192,
    threadsPerCore: 1,
    architecture: "arm64",
    driveCores: 8,
    computeCores: 14,
    frontendCores: 1,
    computeMemoryGb: { alone: 384, besideFrontend: 384 },
    disks: 16,
    diskGb: 7500,
  },
};
