import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { SynthesizedStage } from "../synthesize-stage.ts";

/** Somebody else's judgement of what would be created. */
export interface Peer {
  readonly name: string;
  readonly judge: (stage: SynthesizedStage) => Promise<Verdict>;
}

/** `skipped` says what was not found: a peer that is not here has said nothing. */
export type Verdict =
  | { readonly kind: "passed"; readonly summary: string }
  | { readonly kind: "failed"; readonly problems: readonly string[] }
  | { readonly kind: "skipped"; readonly notFound: string };

export function verdictOn(problems: readonly string[], summary: string): Verdict {
  return problems.length === 0 ? { kind: "passed", summary } : { kind: "failed", problems };
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; undefined when there is none of that name. */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ran | undefined> {
  // Not spawnSync: what it calls may be served by this very process.
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const ended = Promise.withResolvers<number | null>();
  child.on("error", ended.reject);
  child.on("close", ended.resolve);
  try {
    const [status, stdout, stderr] = await Promise.all([ended.promise, text(child.stdout), text(child.stderr)]);
    return { status, stdout, stderr };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
