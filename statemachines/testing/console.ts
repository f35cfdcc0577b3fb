import { readFileSync } from "node:fs";
import type { World } from "@muster/testing/world";

/** What the AWS console shows of an execution that has ended. */
export interface Described {
  readonly status: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** Starts a machine as a person does in the console, waits until it has ended, and looks at it. */
export async function runInConsole(world: World, machine: string, input: unknown): Promise<Described> {
  const executionArn = await world.startByHand(machine, input);
  return described(world, executionArn);
}

/** The input that a machine's README shows: what a person pastes in the console. */
export function sampleInput(machine: string): unknown {
  const readme = readFileSync(new URL(`../${machine}/README.md`, import.meta.url), "utf8");
  return JSON.parse(/```json\n(.+?)```/s.exec(readme)?.[1] ?? "");
}

/** Waits until an execution has ended, and looks at it. */
export async function described(world: World, executionArn: string): Promise<Described> {
  const { cloud } = world.muster;
  const isRunning = () =>
    cloud.states.inspect().executions.some(({ arn, status }) => arn === executionArn && status === "RUNNING");
  await world.until(() => !isRunning());
  return (await world.run(cloud.kernel.call("states", "DescribeExecution", { executionArn }, cloud.user))) as Described;
}
