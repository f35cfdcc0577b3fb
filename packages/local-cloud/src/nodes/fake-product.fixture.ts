import type { CommandCall, CommandResult, NodeMachine, StandIn } from "@muster/core";

/** A product for the runtimes' own tests: a few commands, and a record of what they were given. */
export interface FakeProduct extends StandIn {
  readonly calls: CommandCall[];
  readonly booted: string[];
  readonly halted: string[];
}

export function fakeProduct(
  options: Partial<StandIn> & { answer?: (call: CommandCall) => Promise<CommandResult> | CommandResult } = {},
): FakeProduct {
  const calls: CommandCall[] = [];
  const booted: string[] = [];
  const halted: string[] = [];
  const { answer = () => ({ exitCode: 0, stdout: "", stderr: "" }), ...rest } = options;
  return {
    calls,
    booted,
    halted,
    commands: ["gadget", "mkfs.ext4", "mount"],
    variables: ["MUSTER_ROOT", "GADGET_KEY"],
    programs: {},
    boot: ({ instanceId }) => void booted.push(instanceId),
    halt: (instanceId) => void halted.push(instanceId),
    hasTool: () => true,
    run: (call) => {
      calls.push(call);
      return Promise.resolve(answer(call));
    },
    ...rest,
  };
}

export function fakeMachine(instanceId: string): NodeMachine {
  return {
    instanceId,
    instanceType: "c5.2xlarge",
    region: "us-east-1",
    availabilityZone: "us-east-1a",
    privateIp: "10.0.0.1",
    hostname: "ip-10-0-0-1",
    interfaces: [],
    volumes: [],
    disks: [],
    tags: {},
  };
}
