import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { processHost } from "./process-host.ts";

function aProcess() {
  const events = new EventEmitter();
  return { host: processHost(Object.assign(events, { env: { MUSTER_API: "http://x" } }) as never), events };
}

describe("the machine", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"])("tells of %s once, to everybody who asked", (signal) => {
    const { host, events } = aProcess();
    const first = host.interruption();
    expect(first.aborted).toBe(false);
    events.emit(signal);
    expect([first.aborted, host.interruption().aborted]).toEqual([true, true]);
    // The second Ctrl-C is the system's own again.
    expect(events.listenerCount(signal)).toBe(0);
  });

  it("leaves Ctrl-C to the system until somebody asks", () => {
    expect(aProcess().events.listenerCount("SIGINT")).toBe(0);
  });

  it("ends a pause early, without an error, when it is interrupted", async () => {
    const { host, events } = aProcess();
    const signal = host.interruption();
    const pause = host.pause(86_400_000, signal);
    events.emit("SIGINT");
    await expect(pause).resolves.toBeUndefined();
    await expect(host.pause(86_400_000, signal)).resolves.toBeUndefined();
  });

  it("has the environment of the process", () => {
    expect(aProcess().host.environment["MUSTER_API"]).toBe("http://x");
  });
});
