import { seededRandom } from "@muster/core";
import { PacedClock, PortTakenError } from "@muster/local-cloud";
import { CliError } from "../errors/cli-error.ts";
import { createMuster, type Muster } from "./create-muster.ts";
import { serve, type Servers } from "./serve.ts";

export interface LocalCloudOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly apiPort: number;
  readonly region: string;
  /** Cloud seconds in one real second, while nothing computes. */
  readonly speed: number;
  readonly nodes: "shell" | "model";
  /** Told of what goes wrong inside the embedded cloud itself. */
  readonly onProblem: (problem: unknown) => void;
}

/** The embedded cloud with Muster in it, open to this machine, with time running. */
export interface LocalCloud {
  readonly muster: Muster;
  readonly servers: Servers;
  readonly close: () => Promise<void>;
}

/** @throws {CliError} PortUnavailable */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const random = seededRandom(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0);
  // Scripts in nodes exist once Muster does; until then there is nothing to wait for.
  const scripts: Pick<Muster, "settled">[] = [];
  const clock = new PacedClock({
    startAt: Date.now(),
    speed: options.speed,
    drain: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      for (const { settled } of scripts) await settled();
    },
    realNow: () => performance.now(),
    realAfter: (delayMs, run) => {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  });
  const muster = await createMuster({ clock, random, nodes: options.nodes, region: options.region });
  scripts.push(muster);
  const running = clock.run();
  const stop = async () => {
    clock.stop();
    await running;
    await muster.close();
  };
  try {
    const servers = await serve(muster, { ...options, random });
    return {
      muster,
      servers,
      close: async () => {
        await servers.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw portUnavailable(error) ?? error;
  }
}

/** Undefined when the error is about something else than a port. */
function portUnavailable(error: unknown): CliError | undefined {
  if (!(error instanceof Error)) return undefined;
  const reason = error instanceof PortTakenError ? TAKEN : errorOfSystem(error.cause);
  if (reason === undefined) return undefined;
  return new CliError("PortUnavailable", {
    // The message has what to do in it, too.
    what: `${error.message.replace(/;.*$/, "").replace(/^./, (letter) => letter.toUpperCase())}.`,
    why: reason,
    remedy: "Choose other ports: --port N and --api-port N; 0 takes any free one.",
    cause: error,
  });
}

const TAKEN = "Another program listens there, perhaps another npm start.";

function errorOfSystem(cause: unknown): string | undefined {
  return cause instanceof Error && "syscall" in cause && cause.syscall === "listen" ? cause.message : undefined;
}
