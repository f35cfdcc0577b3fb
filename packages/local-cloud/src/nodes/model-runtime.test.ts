import { VirtualClock, type ProgramHost, type StandInProgram } from "@muster/core";
import { describe, expect, it } from "vitest";
import { fakeMachine, fakeProduct } from "./fake-product.fixture.ts";
import { createModelRuntime } from "./model-runtime.ts";

const NODE = "i-00000000000000001";

function bench(program: (host: ProgramHost) => Promise<string>, options: Parameters<typeof fakeProduct>[0] = {}) {
  const clock = new VirtualClock({ startAt: 0, drain: () => new Promise((resolve) => void setImmediate(resolve)) });
  const run: StandInProgram = async (host) => ({ exitCode: 0, stdout: await program(host), stderr: "" });
  const product = fakeProduct({ programs: { "gadget-make": run, make: run }, ...options });
  const runtime = createModelRuntime({ clock, standIns: [product] });
  runtime.boot(fakeMachine(NODE));
  const start = (documentName = "muster-dev-gadget-make", signal = new AbortController().signal) =>
    runtime.run({
      instanceId: NODE,
      documentName,
      stepName: "s",
      script: "",
      environment: { SSM_size: "7", GADGET_KEY: "a" },
      signal,
    });
  return { clock, product, runtime, start };
}

describe("a step without a shell", () => {
  it("is the program of its document, on the cloud's clock", async () => {
    const { clock, start } = bench(async (host) => {
      await host.sleep(90);
      return `${host.instanceId} ${host.environment["SSM_size"]} ${clock.now()}`;
    });
    expect(await clock.run(start())).toEqual({ exitCode: 0, stdout: `${NODE} 7 90000`, stderr: "" });
  });

  it("hands commands the variables that they look at, and what the script exports before the rest", async () => {
    const { clock, product, start } = bench(async (host) => {
      await host.run(["gadget", "x"], { environment: { GADGET_KEY: "b", OTHER: "c" }, stdin: "in" });
      return "";
    });
    await clock.run(start());
    expect(product.calls).toMatchObject([
      { instanceId: NODE, argv: ["gadget", "x"], environment: { GADGET_KEY: "b" }, stdin: "in" },
    ]);
    expect(product.calls[0]?.environment).toEqual({ GADGET_KEY: "b" });
  });

  it("refuses a document that no product has a program for, naming it", async () => {
    const { clock, start } = bench(() => Promise.resolve(""));
    const { exitCode, stderr } = await clock.run(start("AWS-RunShellScript"));
    expect([exitCode, stderr]).toEqual([127, expect.stringContaining("AWS-RunShellScript")]);
  });

  it("stops where it is when its signal aborts, and does nothing more", async () => {
    const killer = new AbortController();
    const { clock, product, start } = bench(async (host) => {
      await host.run(["gadget", "1"]);
      await host.sleep(10);
      await host.run(["gadget", "2"]);
      await host.sleep(1_000);
      await host.run(["gadget", "3"]);
      return "";
    });
    const running = start(undefined, killer.signal);
    await clock.advance(20_000);
    killer.abort();
    expect(await clock.run(running)).toEqual({ exitCode: 137, stdout: "", stderr: "" });
    await clock.advance(10_000_000);
    expect(product.calls.map(({ argv }) => argv[1])).toEqual(["1", "2"]);
  });

  it("stops when its node dies, though nobody aborts it", async () => {
    const { clock, product, runtime, start } = bench(async (host) => {
      await host.sleep(10);
      await host.run(["gadget", "late"]);
      return "";
    });
    const running = start();
    await clock.advance(5_000);
    runtime.halt(NODE);
    expect(await clock.run(running)).toMatchObject({ exitCode: 137 });
    await clock.advance(10_000_000);
    expect(product.calls).toEqual([]);
  });

  it("keeps a node's files from step to step, until the node is gone", async () => {
    const { clock, runtime, start } = bench((host) => {
      const count = Number(host.files.get("/count") ?? "0") + 1;
      host.files.set("/count", String(count));
      return Promise.resolve(String(count));
    });
    expect([(await clock.run(start())).stdout, (await clock.run(start())).stdout]).toEqual(["1", "2"]);
    runtime.halt(NODE);
    expect(await clock.run(start())).toMatchObject({ exitCode: 137 });
    runtime.boot(fakeMachine(NODE));
    expect((await clock.run(start())).stdout).toBe("1");
  });

  it("takes a lock that ends with the step, even with one that is killed", async () => {
    const killer = new AbortController();
    const { clock, start } = bench(async (host) => {
      const isTaken = await host.lock("weka", 100);
      await host.sleep(60);
      return `${isTaken} ${clock.now()}`;
    });
    const results = await clock.run(Promise.all([start(), start(), start()]));
    // The third waited its 100 seconds for the second's turn to end.
    expect(results.map(({ stdout }) => stdout)).toEqual(["true 60000", "true 120000", "false 160000"]);
    const killed = start(undefined, killer.signal);
    await clock.advance(1_000);
    killer.abort();
    await clock.run(killed);
    expect((await clock.run(start())).stdout).toMatch(/^true/);
  });
});
