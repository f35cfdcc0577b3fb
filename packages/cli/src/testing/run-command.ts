import { sleep } from "@muster/core";
import type { World } from "@muster/testing/world";
import type { ExitCode, Host } from "../command.ts";
import { runCli } from "../run-cli.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { aHost } from "./a-host.ts";
import { aTerminal } from "./a-terminal.ts";

export interface Ran {
  readonly exitCode: ExitCode;
  /** Standard output. */
  readonly out: string;
  /** Standard error. */
  readonly err: string;
}

/** Runs `muster <line>`; words are parted by spaces. */
export async function runCommand(
  line: string,
  change: { readonly host?: Partial<Host>; readonly terminal?: Partial<Terminal> } = {},
): Promise<Ran> {
  const terminal = aTerminal(change.terminal);
  const argv = line.split(" ").filter((word) => word !== "");
  const exitCode = await runCli(argv, terminal, aHost(change.host));
  return { exitCode, out: terminal.output(), err: terminal.errors() };
}

/** The same against Muster in the embedded cloud, in virtual time. It looks less often than a person would: minutes pass. */
export function runInWorld(
  world: World,
  line: string,
  change: { readonly host?: Partial<Host>; readonly terminal?: Partial<Terminal> } = {},
): Promise<Ran> {
  const host = { connect: () => world.api, pause: (ms: number) => sleep(world.clock, ms * 10), ...change.host };
  return world.run(runCommand(line, { ...change, host }));
}
