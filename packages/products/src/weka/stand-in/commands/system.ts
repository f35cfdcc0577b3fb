import type { CommandResult, StandInOptions } from "@muster/core";
import { nicName } from "../world/machine.ts";
import { parseArguments, valueOf } from "./arguments.ts";
import { fail, ok, work, type Invocation } from "./invocation.ts";

/** `ip -json link show`: interfaces that the system drives; WEKA's own are not among them. */
export function ip(invocation: Invocation): Promise<CommandResult> {
  if (invocation.args.join(" ") !== "-json link show") {
    return Promise.resolve(fail("ip: the stand-in only knows -json link show", 255));
  }
  return work(invocation, "look", () => {
    const { machine, world } = invocation;
    const isAttached = world.clock.now() >= machine.attachedAt;
    const free = machine.freeNics();
    const nics = machine.node.interfaces
      .filter((nic) => nic.deviceIndex === 0 || (isAttached && free.includes(nicName(nic.deviceIndex))))
      .map((nic) => ({ ifname: nicName(nic.deviceIndex), link_type: "ether", address: nic.mac, operstate: "UP" }));
    const all = [{ ifname: "lo", link_type: "loopback", address: "00:00:00:00:00:00", operstate: "UNKNOWN" }, ...nics];
    return ok(`${JSON.stringify(all.map((link, index) => ({ ifindex: index + 1, ...link })))}\n`);
  });
}

/** `lscpu --parse=CPU,CORE,NODE`: threads of a core are half the machine apart, as on x86 instances. */
export function lscpu(invocation: Invocation): Promise<CommandResult> {
  if (invocation.args.join(" ") !== "--parse=CPU,CORE,NODE") {
    return Promise.resolve(fail("lscpu: the stand-in only knows --parse=CPU,CORE,NODE"));
  }
  return work(invocation, "look", () => {
    const { cpus, threads, nodes } = invocation.machine.topology();
    const cores = cpus / threads;
    const lines = Array.from({ length: cpus }, (_, cpu) => {
      const core = cpu % cores;
      return `${cpu},${core},${Math.floor((core * nodes) / cores)}`;
    });
    return ok(`# The following is the parsable format.\n# CPU,Core,Node\n${lines.join("\n")}\n`);
  });
}

/** `systemctl is-active --quiet SERVICE`. */
export function systemctl(invocation: Invocation): Promise<CommandResult> {
  const [verb, ...rest] = invocation.args;
  const service = rest.find((word) => !word.startsWith("-"));
  if (verb !== "is-active") return Promise.resolve(fail(`systemctl: the stand-in does not know ${verb ?? "it"}`));
  return work(invocation, "look", () =>
    service === "weka-agent" && invocation.machine.isAgentRunning ? ok() : { exitCode: 3, stdout: "", stderr: "" },
  );
}

/** `dnf install -y PACKAGE...`, and `yum` alike. */
export function packageManager(invocation: Invocation): Promise<CommandResult> {
  const [verb, ...rest] = invocation.args;
  const packages = rest.filter((word) => word !== "-y");
  if (verb !== "install" || packages.length === 0)
    return Promise.resolve(fail("dnf: the stand-in only knows install -y"));
  return work(invocation, "packageInstall", () => {
    for (const name of packages) invocation.machine.tools.add(name);
    return ok("Complete!\n");
  });
}

/** `aws secretsmanager get-secret-value`, as the instance's own role. */
export async function aws(invocation: Invocation, readSecret: StandInOptions["readSecret"]): Promise<CommandResult> {
  const { args, machine } = invocation;
  const parsed = parseArguments(args, { values: ["region", "secret-id", "query", "output"] });
  const secretId = typeof parsed === "string" ? undefined : valueOf(parsed, "secret-id");
  if (
    typeof parsed === "string" ||
    secretId === undefined ||
    parsed.positional.join(" ") !== "secretsmanager get-secret-value"
  ) {
    return fail("aws: the stand-in only knows secretsmanager get-secret-value", 252);
  }
  if (valueOf(parsed, "query") !== "SecretString" || valueOf(parsed, "output") !== "text") {
    return fail("aws: the stand-in only answers --query SecretString --output text", 252);
  }
  const region = valueOf(parsed, "region") ?? machine.node.region;
  const waited = await work(invocation, "look", () => ok());
  if (waited.exitCode !== 0) return waited;
  const { roleArn } = machine.node;
  const answer = await readSecret({
    instanceId: machine.node.instanceId,
    secretId,
    region,
    ...(roleArn === undefined ? {} : { roleArn }),
  });
  if ("value" in answer) return ok(`${answer.value}\n`);
  const { code, message } = answer.error;
  // The AWS CLI's own wording and exit code for a service's error.
  return fail(`\nAn error occurred (${code}) when calling the GetSecretValue operation: ${message}`, 254);
}
