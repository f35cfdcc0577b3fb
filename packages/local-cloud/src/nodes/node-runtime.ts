/**
 * What runs inside an instance. The EC2 plugin tells it of births and deaths, the SSM plugin hands it the steps of
 * documents. There are two: one runs real bash, one applies the document to the product's model directly.
 */
export interface NodeRuntime {
  /** The instance reached `running`: its disks are empty, nothing is installed. */
  boot(node: NodeMachine): void;
  /**
   * Runs one step to its end. Never rejects for what the script does: a failing script is an exit code.
   * When `signal` aborts (timeout, cancel, death of the node) whatever runs is killed, and the promise resolves soon.
   */
  run(step: NodeStep): Promise<NodeStepResult>;
  /** The instance is gone, with everything on its instance store. */
  halt(instanceId: string): void;
}

/** One instance as its own operating system sees it. */
export interface NodeMachine {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly region: string;
  readonly availabilityZone: string;
  /** The primary address. */
  readonly privateIp: string;
  readonly hostname: string;
  readonly interfaces: readonly NodeInterface[];
  readonly volumes: readonly NodeVolume[];
  /** NVMe instance-store disks, by what the instance type has. */
  readonly disks: readonly NodeDisk[];
  readonly tags: Readonly<Record<string, string>>;
  /** Role of the instance profile; undefined without one. */
  readonly roleArn?: string;
}

export interface NodeInterface {
  readonly interfaceId: string;
  readonly deviceIndex: number;
  readonly privateIp: string;
  readonly mac: string;
}

export interface NodeVolume {
  readonly volumeId: string;
  /** As given in the launch request, such as `/dev/sdp`. */
  readonly deviceName: string;
  readonly sizeGiB: number;
}

export interface NodeDisk {
  /** As the kernel names it, such as `/dev/nvme1n1`. */
  readonly path: string;
  readonly sizeGb: number;
}

export interface NodeStep {
  readonly instanceId: string;
  readonly documentName: string;
  readonly stepName: string;
  /** The step's `runCommand` lines, joined. */
  readonly script: string;
  /** `SSM_<parameter>` for each parameter of interpolationType ENV_VAR. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface NodeStepResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}
