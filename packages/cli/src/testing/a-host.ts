import type { Api } from "../api/api.ts";
import type { Host } from "../command.ts";

/** A machine on which nobody presses Ctrl-C, no time passes, and no API is. */
export function aHost(change: Partial<Host> = {}): Host {
  return {
    environment: {},
    connect: () => noApi,
    pause: () => Promise.resolve(),
    interruption: () => new AbortController().signal,
    ...change,
  };
}

const noApi = new Proxy({} as Api, {
  get: (_, call) => () => Promise.reject(new Error(`the test did not expect a call of ${String(call)}`)),
});
