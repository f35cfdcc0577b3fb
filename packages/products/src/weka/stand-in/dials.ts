import type { Range } from "@muster/core";

/**
 * How long things take in the stand-in, ms, and what may go wrong. No public source gives these times for AWS; they are
 * estimates from the waits and timeouts of WEKA's own modules (terraform-aws-weka 2cb7344, go-cloud-lib c594a17).
 */
export interface WekaDials {
  /** From `running` until volumes and further interfaces show up. */
  attach: Range;
  /** A command that only looks at this machine, or asks AWS or the cluster something small. */
  look: Range;
  packageInstall: Range;
  mkfs: Range;
  /** The script that get.weka.io, or a backend, answers with. */
  installerDownload: Range;
  /** A backend's software, all of it; a client's agent. */
  softwareInstall: Range;
  agentInstall: Range;
  /** `weka local setup container`, and what passes after it until the container runs in STEM mode. */
  containerSetup: Range;
  containerStart: Range;
  clusterCreate: Range;
  /** From being told to be a member until a container is UP. */
  memberUp: Range;
  driveSign: Range;
  driveAdd: Range;
  clusterUpdate: Range;
  startIo: Range;
  /** From the start of IO until the free capacity is known. */
  capacityKnown: Range;
  /** How long a drive that is added to a cluster with data takes data in, and one that is taken out gives it away. */
  phaseIn: Range;
  phaseOut: Range;
  filesystemCreate: Range;
  mount: Range;
  unmount: Range;
  /** From the death of a machine until the cluster calls its containers DOWN, and then its drives FAILED. */
  noticeDown: Range;
  noticeFailed: Range;
  /** How long lost data takes to be rebuilt elsewhere. */
  rebuild: Range;
  /** Probability, 0..1, that get.weka.io does not answer a request. */
  installerUnreachable: number;
  /** Answers a command in place of the model: what a test wants to see go wrong. */
  fault?: ((call: { instanceId: string; argv: readonly string[] }) => CommandFault | undefined) | undefined;
}

/** How a command fails: it does nothing and ends so. */
export interface CommandFault {
  readonly exitCode: number;
  readonly stderr: string;
}

export const calmWeka: Readonly<WekaDials> = {
  attach: { min: 500, max: 4_000 },
  look: { min: 80, max: 400 },
  packageInstall: { min: 3_000, max: 8_000 },
  mkfs: { min: 1_000, max: 3_000 },
  installerDownload: { min: 500, max: 2_000 },
  softwareInstall: { min: 45_000, max: 90_000 },
  agentInstall: { min: 15_000, max: 30_000 },
  containerSetup: { min: 8_000, max: 16_000 },
  containerStart: { min: 4_000, max: 12_000 },
  clusterCreate: { min: 10_000, max: 25_000 },
  memberUp: { min: 15_000, max: 40_000 },
  driveSign: { min: 500, max: 1_500 },
  driveAdd: { min: 3_000, max: 8_000 },
  clusterUpdate: { min: 300, max: 1_000 },
  startIo: { min: 15_000, max: 40_000 },
  capacityKnown: { min: 2_000, max: 20_000 },
  phaseIn: { min: 30_000, max: 120_000 },
  phaseOut: { min: 60_000, max: 300_000 },
  filesystemCreate: { min: 1_000, max: 4_000 },
  mount: { min: 8_000, max: 20_000 },
  unmount: { min: 500, max: 3_000 },
  noticeDown: { min: 8_000, max: 15_000 },
  // `long_drive_grace_on_failure_secs` of a live 4.4.2 status is 120.
  noticeFailed: { min: 120_000, max: 130_000 },
  rebuild: { min: 120_000, max: 600_000 },
  installerUnreachable: 0,
};
