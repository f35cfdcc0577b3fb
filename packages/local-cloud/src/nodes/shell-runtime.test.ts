import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom, VirtualClock, type CommandCall, type CommandResult } from "@muster/core";
import { afterEach, describe, expect, it } from "vitest";
import { fakeMachine, fakeProduct, type FakeProduct } from "./fake-product.fixture.ts";
import type { NodeStepResult } from "./node-runtime.ts";
import { startShellRuntime, type ShellRuntime } from "./shell-runtime.ts";

const START_AT = 1_772_442_000_000;
const NODE = "i-00000000000000001";
const open: ShellRuntime[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((runtime) => runtime.close()));
});

interface Bench {
  readonly clock: VirtualClock;
  readonly product: FakeProduct;
  readonly runtime: ShellRuntime;
  readonly run: (
    script: string,
    options?: { environment?: Record<string, string>; signal?: AbortSignal; node?: string },
  ) => Promise<NodeStepResult>;
}

async function bench(options: Parameters<typeof fakeProduct>[0] = {}): Promise<Bench> {
  const settle = { drain: () => Promise.resolve() };
  const clock = new VirtualClock({ startAt: START_AT, drain: () => settle.drain() });
  const product = fakeProduct(options);
  const runtime = await startShellRuntime({
    clock,
    random: seededRandom(1),
    standIns: [product],
    path: process.env["PATH"] ?? "",
  });
  settle.drain = () => runtime.settled();
  open.push(runtime);
  runtime.boot(fakeMachine(NODE));
  return {
    clock,
    product,
    runtime,
    run: (script, { environment = {}, signal = new AbortController().signal, node = NODE } = {}) =>
      runtime.run({ instanceId: node, documentName: "d", stepName: "s", script, environment, signal }),
  };
}

describe("a step in bash", () => {
  it("ends with the script's exit code and both of its outputs", async () => {
    const { clock, run } = await bench();
    expect(await clock.run(run("echo out; echo err >&2; exit 3"))).toEqual({
      exitCode: 3,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  it("sees its parameters, a home and a root of its own, and nothing of the machine's environment", async () => {
    const { clock, run, runtime } = await bench();
    const { stdout } = await clock.run(
      run("env | cut -d= -f1 | sort | tr '\\n' ' '; echo; pwd; echo $SSM_size", { environment: { SSM_size: "7 TB" } }),
    );
    const [names, folder, size] = stdout.split("\n");
    expect(names?.trim().split(" ")).toEqual([
      "HOME",
      "LC_ALL",
      "MUSTER_ROOT",
      "MUSTER_STAND_IN",
      "PATH",
      "PWD",
      "SHLVL",
      "SSM_size",
      "_",
    ]);
    expect([folder, size]).toEqual([join(runtime.folderOf(NODE), "root"), "7 TB"]);
  });

  it("finds no command of the machine that could do harm, and the stand-in in place of those that a product has", async () => {
    const { clock, run, product } = await bench();
    const script = "mkfs.xfs /dev/sda; echo $?; reboot; echo $?; mkfs.ext4 -F /dev/sda; echo $?";
    expect(await clock.run(run(script))).toMatchObject({ stdout: "127\n127\n0\n" });
    expect(product.calls.map(({ argv }) => argv)).toEqual([["mkfs.ext4", "-F", "/dev/sda"]]);
  });

  it("hands over arguments whatever bytes they hold, and prints whatever it is answered", async () => {
    const odd = [
      "",
      " ",
      "a b",
      "tab\there",
      "line\nbreak",
      "$HOME `id` \\ \" '",
      "ümläut €",
      "-n",
      "*",
      "%s\\0",
      "\u0001\u007f",
    ];
    const answer: CommandResult = { exitCode: 5, stdout: "out %s \\n\n\0 \t €\n", stderr: "error: no\n\0" };
    const { clock, run, product } = await bench({ answer: () => answer });
    const environment = Object.fromEntries(odd.map((text, index) => [`SSM_a${index}`, text]));
    const words = odd.map((_, index) => `"$SSM_a${index}"`).join(" ");
    const result = await clock.run(run(`gadget ${words}`, { environment }));
    expect(product.calls[0]?.argv).toEqual(["gadget", ...odd]);
    expect(result).toEqual(answer);
  });

  it.each([0, 1, 1_024, 1_025, 300_000])("prints %i bytes as they are", async (length) => {
    const text = "x\\y\n".repeat(length).slice(0, length);
    const { clock, run } = await bench({ answer: () => ({ exitCode: 0, stdout: text, stderr: "" }) });
    expect((await clock.run(run("gadget"))).stdout).toBe(text);
  });

  it("hands over standard input only where an argument asks for it, and only the variables that commands look at", async () => {
    const { clock, run, product, runtime } = await bench();
    await clock.run(
      run(
        "export GADGET_KEY=k OTHER=o; printf 'a\\nb\\n' | gadget --config -; printf 'eaten?' | { gadget list; cat; }",
      ),
    );
    expect(product.calls.map(({ argv, stdin, environment }) => [argv.length, stdin, environment])).toEqual([
      [3, "a\nb\n", { MUSTER_ROOT: join(runtime.folderOf(NODE), "root"), GADGET_KEY: "k" }],
      [2, "", { MUSTER_ROOT: join(runtime.folderOf(NODE), "root"), GADGET_KEY: "k" }],
    ]);
  });

  it("leaves what a loop reads to the loop", async () => {
    const { clock, run, product } = await bench();
    await clock.run(run("while read -r word; do gadget \"$word\"; done <<<$'one\\ntwo\\nthree'"));
    expect(product.calls.map(({ argv }) => argv[1])).toEqual(["one", "two", "three"]);
  });
});

describe("time in bash", () => {
  it("is the cloud's: sleeping costs none of ours, and date tells the cloud's", async () => {
    const { clock, run } = await bench();
    const { stdout } = await clock.run(run("date -u +%Y-%m-%dT%H:%M:%SZ; sleep 3600; date -u +%Y-%m-%dT%H:%M:%SZ"));
    expect(stdout).toBe("2026-03-02T09:00:00Z\n2026-03-02T10:00:00Z\n");
  });

  it("passes for several steps at once", async () => {
    const { clock, run } = await bench();
    const before = clock.now();
    await clock.run(Promise.all([run("sleep 60"), run("sleep 60; sleep 60"), run("sleep 30")]));
    expect(clock.now() - before).toBe(120_000);
  });

  it("lets one step of a node hold the lock, and the next have it afterwards", async () => {
    const { clock, run } = await bench();
    const take = (word: string) =>
      `exec 9>"$HOME/lock"; flock -w 100 9 && echo ${word} >>"$HOME/order"; sleep 60; cat "$HOME/order"`;
    const results = await clock.run(Promise.all([run(take("a")), run(take("b"))]));
    expect(results.map(({ stdout }) => stdout.length).toSorted((a, b) => a - b)).toEqual([2, 4]);
    const late = clock.run(Promise.all([run("flock -w 1 9; sleep 60"), run("sleep 1; flock -w 10 9; echo $?")]));
    expect((await late)[1]?.stdout).toBe("1\n");
  });
});

describe("the end of a step", () => {
  it("comes at once when its signal aborts, with everything that it started", async () => {
    const { clock, run, product } = await bench();
    const killer = new AbortController();
    const running = run("sleep 5; gadget on; (sleep 10; gadget late) & sleep 1000; gadget never", {
      signal: killer.signal,
    });
    await clock.advance(6_000);
    killer.abort();
    expect(await clock.run(running)).toMatchObject({ exitCode: 137 });
    await clock.advance(100_000);
    expect(product.calls.map(({ argv }) => argv[1])).toEqual(["on"]);
  });

  it("ends what the script left in the background, and frees its lock", async () => {
    const { clock, run, product } = await bench();
    expect(await clock.run(run("flock -w 1 9; (sleep 10; gadget late) & exit 0"))).toMatchObject({ exitCode: 0 });
    expect(await clock.run(run("flock -w 1 9; echo $?"))).toMatchObject({ stdout: "0\n" });
    await clock.advance(100_000);
    expect(product.calls).toEqual([]);
  });

  it("tells a command that is under way", async () => {
    let seen: CommandCall | undefined;
    const { clock, run } = await bench({
      answer: (call) => {
        seen = call;
        return new Promise((resolve) => {
          call.signal.addEventListener("abort", () => resolve({ exitCode: 137, stdout: "", stderr: "" }));
        });
      },
    });
    const killer = new AbortController();
    const running = run("gadget wait", { signal: killer.signal });
    await clock.advance(1_000);
    killer.abort();
    expect(await clock.run(running)).toMatchObject({ exitCode: 137 });
    expect(seen?.signal.aborted).toBe(true);
  });
});

describe("a node", () => {
  it("keeps files from step to step, and takes them with it when it is gone", async () => {
    const { clock, run, runtime, product } = await bench();
    await clock.run(run('echo kept >"$MUSTER_ROOT/file"'));
    expect(readFileSync(join(runtime.folderOf(NODE), "root", "file"), "utf8")).toBe("kept\n");
    runtime.halt(NODE);
    expect([existsSync(runtime.folderOf(NODE)), product.booted, product.halted]).toEqual([false, [NODE], [NODE]]);
    expect(await clock.run(run("echo"))).toEqual({ exitCode: 137, stdout: "", stderr: "" });
  });

  it("ends its steps when it dies", async () => {
    const { clock, run, runtime } = await bench();
    const running = run("sleep 1000");
    await clock.advance(1_000);
    runtime.halt(NODE);
    expect(await clock.run(running)).toMatchObject({ exitCode: 137 });
  });

  it("is not there for whoever has no key", async () => {
    const { clock, run, product } = await bench();
    const { exitCode, stderr } = await clock.run(
      run('export MUSTER_STAND_IN="${MUSTER_STAND_IN%%:*}:guessed:1"; gadget x'),
    );
    expect([exitCode, stderr]).toEqual([126, "gadget: the embedded cloud does not answer\n"]);
    expect(product.calls).toEqual([]);
  });

  it("has jq as its distribution has it: not before it is installed", async () => {
    let isInstalled = false;
    const { clock, run } = await bench({ hasTool: () => isInstalled });
    expect(await clock.run(run("jq --version"))).toMatchObject({ exitCode: 127 });
    isInstalled = true;
    const script = `jq --version >/dev/null && printf '{"a":[1,"x y"]}' | jq -r --arg more 'z"' '.a[1] + $more'; jq -n -c '{b: 1}'; echo '{' | jq . 2>/dev/null || echo refused`;
    expect(await clock.run(run(script))).toMatchObject({ stdout: 'x yz"\n{"b":1}\nrefused\n' });
  });
});

it("leaves nothing behind", async () => {
  const { runtime } = await bench();
  const folder = join(runtime.folderOf(NODE), "..", "..");
  await runtime.close();
  open.splice(0);
  expect(existsSync(folder)).toBe(false);
});
