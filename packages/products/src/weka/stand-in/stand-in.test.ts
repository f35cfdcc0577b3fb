import { seededRandom, VirtualClock, type CommandResult, type NodeMachine } from "@muster/core";
import { describe, expect, it } from "vitest";
import { createWekaStandIn, type WekaStandIn } from "./stand-in.ts";

const PASSWORD = "Aa1-0123456789";
const RELEASE = "5.1.31";

/** A few machines with WEKA on them, and a way to run commands there. */
class Bench {
  readonly clock: VirtualClock;
  readonly standIn: WekaStandIn;
  readonly ids: readonly string[];
  readonly #release: string;

  constructor(count: number, release = RELEASE) {
    this.clock = new VirtualClock({ startAt: 0, drain: () => new Promise((resolve) => void setImmediate(resolve)) });
    this.standIn = createWekaStandIn({
      clock: this.clock,
      random: seededRandom(3),
      readSecret: ({ secretId, roleArn }) =>
        Promise.resolve(
          roleArn === undefined
            ? { error: { code: "AccessDeniedException", message: "no role" } }
            : { value: `value of ${secretId}` },
        ),
    });
    this.#release = release;
    this.ids = Array.from({ length: count }, (_, index) => {
      const node = machine(index);
      this.standIn.boot(node);
      return node.instanceId;
    });
  }

  run(
    index: number,
    line: string,
    environment: Readonly<Record<string, string>> = {},
    stdin = "",
  ): Promise<CommandResult> {
    const own = { WEKA_USERNAME: "admin", WEKA_PASSWORD: PASSWORD, ...environment };
    return this.clock.run(
      this.standIn.run({
        instanceId: this.ids[index] ?? "",
        argv: line.split(" "),
        environment: own,
        stdin,
        signal: new AbortController().signal,
      }),
    );
  }

  /** Runs what must work. */
  async must(index: number, line: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(index, line);
    if (exitCode !== 0) throw new Error(`${line}: ${stderr}`);
    return stdout;
  }

  /** Brings machines to STEM mode: volume, software, containers. */
  async prepare(indexes = this.ids.map((_, index) => index)): Promise<void> {
    await this.clock.advance(10_000);
    for (const index of indexes) {
      for (const line of [
        "mkfs.ext4 -F -L wekaiosw /dev/nvme1n1",
        "mount -t ext4 /dev/nvme1n1 /opt/weka",
        `weka-installer ${this.#release} full`,
        "weka local stop default",
        "weka local rm default",
        "weka local setup container --name drives0 --base-port 14000 --cores 1 --drives-dedicated-cores 1 --core-ids 1 --net ens6",
        "weka local setup container --name compute0 --base-port 15000 --cores 2 --compute-dedicated-cores 2 --core-ids 2,3 --net ens7 --net ens8",
      ]) {
        await this.must(index, line);
      }
    }
    await this.clock.advance(30_000);
  }

  createLine(count = this.ids.length, verb = "create"): string {
    const each = Array.from({ length: count }, (_, index) => index);
    const names = each.flatMap((index) => [`n${index}-drives0`, `n${index}-compute0`]);
    const ips = each.flatMap((index) => [`10.0.0.${index + 1}:14000`, `10.0.0.${index + 1}:15000`]);
    return `weka cluster ${verb} ${names.join(" ")} --host-ips ${ips.join(",")} --admin-password ${PASSWORD}`;
  }

  /** A cluster of all machines with IO running. */
  async form(): Promise<void> {
    await this.prepare();
    await this.must(0, this.createLine());
    await this.clock.advance(60_000);
    for (const index of this.ids.keys())
      await this.must(0, `weka cluster drive add ${index * 2} /dev/nvme2n1 /dev/nvme3n1`);
    await this.must(0, "weka cluster start-io");
    await this.clock.advance(60_000);
  }
}

function machine(index: number): NodeMachine {
  const privateIp = `10.0.0.${index + 1}`;
  return {
    instanceId: `i-${index.toString(16).padStart(17, "0")}`,
    instanceType: "i3en.2xlarge",
    region: "us-east-1",
    availabilityZone: "us-east-1a",
    privateIp,
    hostname: `ip-10-0-0-${index + 1}`,
    interfaces: [0, 1, 2, 3].map((deviceIndex) => ({
      interfaceId: `eni-${index}${deviceIndex}`,
      deviceIndex,
      privateIp,
      mac: `02:00:00:00:${index.toString(16).padStart(2, "0")}:0${deviceIndex}`,
    })),
    volumes: [{ volumeId: "vol-1", deviceName: "/dev/sdp", sizeGiB: 78 }],
    disks: [2, 3].map((number) => ({ path: `/dev/nvme${number}n1`, sizeGb: 2_500 })),
    tags: {},
    roleArn: "arn:aws:iam::123456789012:role/node",
  };
}

describe("WEKA's stand-in refuses what WEKA refuses", () => {
  it("has no command line before the software is installed, and no service", async () => {
    const bench = new Bench(1);
    expect(await bench.run(0, "weka status -J")).toEqual({
      exitCode: 127,
      stdout: "",
      stderr: "bash: weka: command not found\n",
    });
    expect((await bench.run(0, "systemctl is-active --quiet weka-agent")).exitCode).toBe(3);
  });

  it("installs nothing where /opt/weka is not on a volume of its own", async () => {
    const bench = new Bench(1);
    expect(await bench.run(0, `weka-installer ${RELEASE} full`)).toMatchObject({ exitCode: 1 });
  });

  it.each([
    [
      "too few servers",
      "weka cluster create a b --host-ips 10.0.0.1:14000,10.0.0.1:15000 --admin-password Aa1-0123456789",
      /At least 6 servers/,
    ],
    ["more names than addresses", "weka cluster create a b --host-ips 10.0.0.1:14000", /must be the same/],
    [
      "a host that is not there",
      "weka cluster create a --host-ips 10.9.9.9:14000",
      /Failed connecting to 10.9.9.9:14000/,
    ],
    ["status without a cluster", "weka status -J", /not part of a cluster/],
    ["an option that it does not have", "weka cluster create a --colour red", /unrecognized arguments: --colour/],
    ["a command that it does not have", "weka cluster destroy", /not a known command/],
    ["a verb of the other command line", "weka org create x", /not a known command/],
    [
      "a container that is there",
      "weka local setup container --name drives0 --cores 1 --core-ids 1 --net ens6",
      /already exists/,
    ],
    [
      "a network device in use",
      "weka local setup container --name x --base-port 17000 --cores 1 --core-ids 1 --net ens6",
      /ens6 was not found/,
    ],
  ])("refuses %s", async (_, line, text) => {
    const bench = new Bench(1);
    await bench.prepare();
    const { exitCode, stderr } = await bench.run(0, line);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(text);
    // As WEKA's own errors end: a line, and a NUL byte.
    expect(stderr).toMatch(/^error: .*\n\0$/);
  });

  it("refuses a weak password, a second cluster of the same hosts, and a dead host", async () => {
    const bench = new Bench(7);
    await bench.prepare();
    expect((await bench.run(0, bench.createLine(6).replace(PASSWORD, "weak"))).stderr).toMatch(/Password must contain/);
    await bench.must(0, bench.createLine(6));
    expect((await bench.run(0, bench.createLine(6))).stderr).toMatch(/already part of a cluster/);
    bench.standIn.halt(bench.ids[6] ?? "");
    expect((await bench.run(1, "weka cluster container add x --ip 10.0.0.7:14000 --no-wait")).stderr).toMatch(
      /Failed connecting/,
    );
  });

  it("lets nobody in without the password: exit code 41", async () => {
    const bench = new Bench(6);
    await bench.prepare();
    await bench.must(0, bench.createLine());
    expect(await bench.run(0, "weka status -J", { WEKA_PASSWORD: "wrong" })).toMatchObject({
      exitCode: 41,
      stdout: "",
    });
    expect(await bench.run(0, "weka status -J", { WEKA_USERNAME: "root" })).toMatchObject({ exitCode: 41, stdout: "" });
  });

  it("starts no IO before there are drives for a stripe, and not twice", async () => {
    const bench = new Bench(6);
    await bench.prepare();
    await bench.must(0, bench.createLine());
    expect((await bench.run(0, "weka cluster start-io")).stderr).toMatch(/Not enough drives containers are up/);
    await bench.clock.advance(60_000);
    expect((await bench.run(0, "weka cluster start-io")).stderr).toMatch(/no drives/);
    for (const index of [0, 1, 2, 3]) await bench.must(0, `weka cluster drive add ${index * 2} /dev/nvme2n1`);
    expect((await bench.run(0, "weka cluster start-io")).stderr).toMatch(
      /A stripe of 3\+2 needs drives of as many failure domains, there are 4/,
    );
    await bench.must(0, "weka cluster drive add 8 /dev/nvme2n1");
    await bench.must(0, "weka cluster start-io");
    expect((await bench.run(0, "weka cluster start-io")).stderr).toMatch(/already started/);
  });

  it.each([
    ["--data-drives 2 --parity-drives 2", /between 3 and 16/],
    ["--data-drives 3 --parity-drives 3", /2 or 4/],
    ["--data-drives 5 --parity-drives 2", /needs as many failure domains, there are 6/],
  ])("refuses a stripe of %s on six servers", async (options, text) => {
    const bench = new Bench(6);
    await bench.prepare();
    await bench.must(0, bench.createLine());
    expect((await bench.run(0, `weka cluster update ${options}`)).stderr).toMatch(text);
  });

  it("never changes a stripe once IO was started, nor gives out more than there is", async () => {
    const bench = new Bench(6);
    await bench.form();
    expect((await bench.run(0, "weka cluster update --data-drives 3 --parity-drives 2")).stderr).toMatch(
      /after IO was started/,
    );
    expect((await bench.run(0, "weka fs create big default 14TB")).stderr).toMatch(/group default does not exist/);
    await bench.must(0, "weka fs group create default --target-ssd-retention=86400 --start-demote=10");
    expect((await bench.run(0, "weka fs group create default")).stderr).toMatch(/already exists/);
    expect((await bench.run(0, "weka fs create big default 14TB")).stderr).toMatch(/Not enough available/);
    await bench.must(0, "weka fs create small default 1TB");
    expect((await bench.run(0, "weka fs create small default 1TB")).stderr).toMatch(/already exists/);
  });

  it("keeps a drive that is in use, and a container that is not inactive", async () => {
    const bench = new Bench(6);
    await bench.form();
    expect((await bench.run(0, "weka cluster drive add 0 /dev/nvme2n1")).stderr).toMatch(/Device is already in use/);
    const [drive] = JSON.parse(await bench.must(0, "weka cluster drive --container 0 -J"));
    expect((await bench.run(0, `weka cluster drive remove ${drive.uuid} --force`)).stderr).toMatch(/not inactive/);
    expect((await bench.run(0, "weka cluster container remove 0 --no-unimprint")).stderr).toMatch(/not inactive/);
    expect((await bench.run(0, "weka cluster container remove 99")).stderr).toBe(
      "error: Host HostId<99> not found\n\0",
    );
    expect(await bench.must(0, "weka cluster container 99 -J")).toBe("[]\n");
  });

  it("unmounts nothing that is in use, and mounts nothing that is not there", async () => {
    const bench = new Bench(7);
    await bench.prepare([0, 1, 2, 3, 4, 5, 6]);
    await bench.must(0, bench.createLine(6));
    expect(await bench.run(6, "mount -t wekafs -o net=udp 10.0.0.1/default /mnt/weka")).toMatchObject({ exitCode: 32 });
    expect(await bench.run(6, "umount /mnt/weka")).toMatchObject({
      exitCode: 32,
      stderr: "umount: /mnt/weka: not mounted.\n",
    });
  });
});

describe("WEKA's stand-in changes with time", () => {
  it("says UNINITIALIZED, OK, REBUILDING and OK again, as a server dies", async () => {
    const bench = new Bench(6);
    await bench.prepare();
    await bench.must(0, bench.createLine());
    const status = async () => JSON.parse(await bench.must(0, "weka status -J"));
    expect(await status()).toMatchObject({ status: "UNINITIALIZED", io_status: "STOPPED" });
    await bench.clock.advance(60_000);
    for (const index of [0, 1, 2, 3, 4, 5])
      await bench.must(0, `weka cluster drive add ${index * 2} /dev/nvme2n1 /dev/nvme3n1`);
    await bench.must(0, "weka cluster start-io");
    await bench.clock.advance(30_000);
    expect(await status()).toMatchObject({ status: "OK", io_status: "STARTED", drives: { active: 12, total: 12 } });
    bench.standIn.halt(bench.ids[5] ?? "");
    await bench.clock.advance(20_000);
    expect(await status()).toMatchObject({ status: "OK", containers: { backends: { active: 10, total: 12 } } });
    await bench.clock.advance(120_000);
    expect(await status()).toMatchObject({ status: "REBUILDING", drives: { active: 10, total: 12 } });
    await bench.clock.advance(900_000);
    expect(await status()).toMatchObject({ status: "OK", drives: { active: 10, total: 12 } });
  });

  it("is UNAVAILABLE when more servers die at once than there is parity", async () => {
    const bench = new Bench(8);
    await bench.form();
    for (const index of [5, 6, 7]) bench.standIn.halt(bench.ids[index] ?? "");
    await bench.clock.advance(150_000);
    expect(JSON.parse(await bench.must(0, "weka status -J")).status).toBe("UNAVAILABLE");
  });

  it("does not know its free capacity at once", async () => {
    const bench = new Bench(6);
    bench.standIn.world.dials.capacityKnown = { min: 300_000, max: 300_000 };
    await bench.form();
    const unprovisioned = async () => JSON.parse(await bench.must(0, "weka status -J")).capacity.unprovisioned_bytes;
    expect(await unprovisioned()).toBeNull();
    await bench.clock.advance(300_000);
    expect(await unprovisioned()).toBeGreaterThan(13e12);
  });

  it("does nothing more for a command that is killed before its half", async () => {
    const bench = new Bench(1);
    await bench.clock.advance(10_000);
    const killer = new AbortController();
    const run = bench.standIn.run({
      instanceId: bench.ids[0] ?? "",
      argv: ["mkfs.ext4", "-F", "-L", "wekaiosw", "/dev/nvme1n1"],
      environment: {},
      stdin: "",
      signal: killer.signal,
    });
    killer.abort();
    expect(await run).toMatchObject({ exitCode: 137 });
    await bench.clock.advance(60_000);
    expect(bench.standIn.world.machines.get(bench.ids[0] ?? "")?.volumes[1]?.label).toBeUndefined();
  });
});

describe("the two command lines", () => {
  it("differ in verbs, ids and silence, as documented", async () => {
    const six = new Bench(6, "6.0.0");
    await six.prepare();
    expect((await six.run(0, six.createLine())).stderr).toMatch(/not a known command/);
    expect(await six.must(0, six.createLine(6, "add"))).toBe("Done.\n");
    expect(JSON.parse(await six.must(0, "weka cluster container 0 -J"))).toMatchObject([{ id: 0, name: "drives0" }]);
    expect((await six.run(0, "weka cluster update")).stderr).toMatch(/At least one option/);
    const legacy = new Bench(6);
    await legacy.prepare();
    expect(await legacy.must(0, legacy.createLine())).toBe("");
    expect(JSON.parse(await legacy.must(0, "weka cluster container 0 -J"))).toMatchObject([
      { host_id: "HostId<0>", container_name: "drives0" },
    ]);
    expect(await legacy.must(0, "weka cluster update")).toBe("");
    expect(await legacy.must(0, "weka version -J")).toBe('["5.1.31"]\n');
  });

  it("know both verbs on 5.x, and only create on 4.4", async () => {
    const older = new Bench(6, "4.4.10");
    await older.prepare();
    expect((await older.run(0, older.createLine(6, "add"))).stderr).toMatch(/not a known command/);
    const newer = new Bench(6);
    await newer.prepare();
    expect((await newer.run(0, newer.createLine(6, "add"))).exitCode).toBe(0);
  });
});

describe("what surrounds WEKA on a node", () => {
  it("answers metadata only with a session token, which it gives only for a lifetime", async () => {
    const bench = new Bench(1);
    const url = "http://169.254.169.254/latest/meta-data/local-ipv4";
    expect(await bench.run(0, `curl --silent --fail ${url}`)).toMatchObject({
      exitCode: 22,
      stderr: "curl: (22) The requested URL returned error: 401\n",
    });
    const ask = ["curl", "--request", "PUT", "http://169.254.169.254/latest/api/token"].join(" ");
    expect(await bench.run(0, ask)).toMatchObject({ exitCode: 22 });
    const { stdout: token } = await bench.clock.run(
      bench.standIn.run({
        instanceId: bench.ids[0] ?? "",
        argv: [...ask.split(" "), "--header", "X-aws-ec2-metadata-token-ttl-seconds: 60"],
        environment: {},
        stdin: "",
        signal: new AbortController().signal,
      }),
    );
    expect(
      await bench.run(0, `curl --config - ${url}`, {}, `header = "X-aws-ec2-metadata-token: ${token}"\n`),
    ).toMatchObject({ stdout: "10.0.0.1" });
  });

  it("reads secrets with the instance's role, and answers as the AWS CLI does without one", async () => {
    const bench = new Bench(1);
    const ask =
      "aws secretsmanager get-secret-value --region us-east-1 --secret-id a/b --query SecretString --output text";
    expect(await bench.run(0, ask)).toMatchObject({ exitCode: 0, stdout: "value of a/b\n" });
    const { roleArn: _, ...roleless } = machine(9);
    bench.standIn.boot(roleless);
    const answer = await bench.clock.run(
      bench.standIn.run({
        instanceId: roleless.instanceId,
        argv: ask.split(" "),
        environment: {},
        stdin: "",
        signal: new AbortController().signal,
      }),
    );
    expect(answer).toEqual({
      exitCode: 254,
      stdout: "",
      stderr: "\nAn error occurred (AccessDeniedException) when calling the GetSecretValue operation: no role\n",
    });
  });

  it("shows volumes and interfaces some time after the instance runs", async () => {
    const bench = new Bench(1);
    bench.standIn.world.dials.attach = { min: 60_000, max: 60_000 };
    const late = machine(8);
    bench.standIn.boot(late);
    const seen = async () => {
      const run = (line: string) =>
        bench.standIn.run({
          instanceId: late.instanceId,
          argv: line.split(" "),
          environment: {},
          stdin: "",
          signal: new AbortController().signal,
        });
      const links = await bench.clock.run(run("ip -json link show"));
      return JSON.parse(links.stdout).length;
    };
    expect(await seen()).toBe(2);
    await bench.clock.advance(60_000);
    expect(await seen()).toBe(5);
  });
});
