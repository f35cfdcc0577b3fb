import type { NodeMachine } from "@muster/core";

export type { NodeDisk, NodeMachine } from "@muster/core";

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
