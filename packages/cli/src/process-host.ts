import { setTimeout as delay } from "node:timers/promises";
import { httpApi } from "./api/http-api.ts";
import type { Host } from "./command.ts";

/** The machine, for commands: this is where real time and signals come from. */
export function processHost(process: Pick<NodeJS.Process, "env" | "once">): Host {
  let interruption: AbortController | undefined;
  return {
    environment: process.env,
    connect: (apiUrl) => httpApi(apiUrl, Date.now),
    pause: async (ms, signal) => {
      try {
        await delay(ms, undefined, signal === undefined ? {} : { signal });
      } catch (error) {
        if (signal?.aborted !== true) throw error;
      }
    },
    interruption: () => {
      if (interruption === undefined) {
        const controller = (interruption = new AbortController());
        // Once: a second Ctrl-C ends the process as it always does.
        for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => controller.abort());
      }
      return interruption.signal;
    },
  };
}
