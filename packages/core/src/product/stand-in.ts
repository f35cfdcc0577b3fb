import type { Clock } from "../clock/clock.ts";
import type { Random } from "../random/random.ts";

/**
 * What stands in for a product inside the embedded cloud's instances: one model of the product's world, and the commands
 * that a node finds on its PATH, which read and change that model. One stand-in serves every node of the cloud.
 */
export interface StandIn {
  /** Names of the commands, such as `weka`; anything else that a script calls must be an ordinary tool. */
  readonly commands: readonly string[];
  /** Environment variables that the commands look at. */
  readonly variables: readonly string[];
  /** What each document does, by its name without the stack's prefix: the same commands as its script, without a shell. */
  readonly programs: Readonly<Record<string, StandInProgram>>;
  /** An instance reached `running`, with empty disks. */
  boot(machine: NodeMachine): void;
  /** An instance is gone, with everything on its instance store. */
  halt(instanceId: string): void;
  /** True when the node has that tool installed, such as `jq` from its distribution. */
  hasTool(instanceId: string, tool: string): boolean;
  /**
   * Runs one command to its end. Never rejects for what the command does: a refusal is an exit code and a text. When
   * `signal` aborts, nothing that has not happened yet happens any more.
   */
  run(call: CommandCall): Promise<CommandResult>;
}

/** How a stand-in is made: products offer one of these, the embedded cloud calls it. */
export type StandInFactory = (options: StandInOptions) => StandIn;

export interface StandInOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** What the instance's own role may read of Secrets Manager. */
  readonly readSecret: (request: SecretRequest) => Promise<SecretAnswer>;
}

export interface SecretRequest {
  readonly instanceId: string;
  readonly roleArn?: string;
  readonly secretId: string;
  readonly region: string;
}

/** The text of the secret, or the error that AWS answers. */
export type SecretAnswer =
  | { readonly value: string }
  | { readonly error: { readonly code: string; readonly message: string } };

export interface CommandCall {
  readonly instanceId: string;
  /** The command's name first. */
  readonly argv: readonly string[];
  /** Only the variables that commands look at. */
  readonly environment: Readonly<Record<string, string>>;
  /** Given to a command that has the argument `-` for it; else empty. */
  readonly stdin: string;
  readonly signal: AbortSignal;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a document's script does, as a function: it resolves with what the script would have ended with. */
export type StandInProgram = (host: ProgramHost) => Promise<CommandResult>;

/** A node as a program sees it: the same things that a script has. */
export interface ProgramHost {
  readonly instanceId: string;
  /** `SSM_<parameter>` for each parameter of the document. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs a command; `environment` is what the script exports beside its own. */
  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult>;
  sleep(seconds: number): Promise<void>;
  hasTool(tool: string): boolean;
  /** Takes the node's lock of that name, as `flock --wait` does; false when it is not free in time. Ends with the program. */
  lock(name: string, waitSeconds: number): Promise<boolean>;
  /** Small files of the node, by absolute path: what scripts keep between two runs. */
  readonly files: Map<string, string>;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
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
