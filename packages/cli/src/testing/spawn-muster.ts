import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A real process that runs `muster`. */
export interface SpawnedMuster {
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves once that is on standard error; rejects when the process ends without. */
  readonly says: (text: string) => Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Nobody reads its standard output any more. */
  readonly closeOut: () => void;
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

export function spawnMuster(line: string, environment: Readonly<Record<string, string>> = {}): SpawnedMuster {
  const child = spawn(process.execPath, [MAIN, ...line.split(" ")], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  let hasEnded = false;
  let watchers: (() => void)[] = [];
  const changed = () => {
    const told = watchers;
    watchers = [];
    for (const tell of told) tell();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
    changed();
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      hasEnded = true;
      changed();
      resolve(code);
    });
  });
  return {
    out: () => out,
    err: () => err,
    says: async (text) => {
      while (!err.includes(text)) {
        if (hasEnded) throw new Error(`muster ${line} ended without saying ${text}:\n${err}`);
        await new Promise<void>((resolve) => {
          watchers.push(resolve);
        });
      }
    },
    signal: (signal) => void child.kill(signal),
    closeOut: () => void child.stdout.destroy(),
    ended,
  };
}
