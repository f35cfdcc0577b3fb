import { chance, type CommandResult } from "@muster/core";
import { cliGeneration } from "../../versions.ts";
import { hash, hex, type Machine } from "../world/machine.ts";
import { parseArguments, valueOf } from "./arguments.ts";
import { fail, ok, work, type Invocation } from "./invocation.ts";

/** Exit codes of curl, from its manual. */
const COULD_NOT_CONNECT = 7;
const HTTP_ERROR = 22;

const IMDS = "http://169.254.169.254/latest/";

/** `curl`: the metadata service, get.weka.io, and the distribution that backends give out. */
export function curl(invocation: Invocation, isToken: (token: string) => boolean): Promise<CommandResult> {
  const parsed = parseArguments(invocation.args, {
    flags: ["silent", "show-error", "fail", "location", "insecure"],
    values: ["max-time", "request", "header", "config", "proxy"],
  });
  const url = typeof parsed === "string" ? undefined : parsed.positional[0];
  if (typeof parsed === "string" || url === undefined) {
    return Promise.resolve(fail(`curl: ${typeof parsed === "string" ? parsed : "no URL specified"}`, 2));
  }
  const config = valueOf(parsed, "config") === "-" ? readConfig(invocation.call.stdin) : {};
  if (url.startsWith(IMDS)) {
    const header = [...(parsed.values["header"] ?? []), config["header"] ?? ""];
    return work(invocation, "look", () =>
      metadata(invocation.machine, url.slice(IMDS.length), { method: valueOf(parsed, "request") ?? "GET", header }),
    );
  }
  if (url.startsWith("https://get.weka.io/")) {
    return work(invocation, "installerDownload", () =>
      download(invocation, url, { isToken, user: config["user"] ?? "" }),
    );
  }
  return work(invocation, "installerDownload", () => backendInstaller(invocation, url));
}

/** `name = "value"` lines, with curl's quoting. */
function readConfig(text: string): Readonly<Record<string, string>> {
  const entries = text.split("\n").flatMap((line): [string, string][] => {
    const [, name, value] = /^\s*([a-z-]+)\s*=\s*"(.*)"\s*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value.replace(/\\(.)/g, "$1")]];
  });
  return Object.fromEntries(entries);
}

/** The metadata service, version 2. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html */
function metadata(machine: Machine, path: string, asked: { method: string; header: readonly string[] }): CommandResult {
  const token = `stand-in-${hex(hash(machine.node.instanceId))}`;
  if (path === "api/token") {
    const hasLifetime = asked.header.some((line) =>
      line.toLowerCase().startsWith("x-aws-ec2-metadata-token-ttl-seconds:"),
    );
    return asked.method === "PUT" && hasLifetime ? ok(token) : httpError(400);
  }
  if (!asked.header.some((line) => line === `X-aws-ec2-metadata-token: ${token}`)) return httpError(401);
  const { node } = machine;
  const facts: Readonly<Record<string, string | undefined>> = {
    "instance-id": node.instanceId,
    "instance-type": node.instanceType,
    "local-ipv4": node.privateIp,
    "local-hostname": node.hostname,
    mac: node.interfaces.find((nic) => nic.deviceIndex === 0)?.mac,
    "placement/region": node.region,
    "placement/availability-zone": node.availabilityZone,
  };
  const fact = path.startsWith("meta-data/") ? facts[path.slice("meta-data/".length)] : undefined;
  return fact === undefined ? httpError(404) : ok(fact);
}

function download(
  { machine, world }: Invocation,
  url: string,
  { isToken, user }: { isToken: (token: string) => boolean; user: string },
): CommandResult {
  if (chance(machine.random, world.dials.installerUnreachable)) {
    return fail("curl: (7) Failed to connect to get.weka.io port 443: Connection timed out", COULD_NOT_CONNECT);
  }
  const [, release = ""] = /^https:\/\/get\.weka\.io\/dist\/v1\/install\/([^/]+)\/\1\?/.exec(url) ?? [];
  const [token = ""] = user.split(":");
  if (token === "" || !isToken(token)) return httpError(401);
  if (cliGeneration(release) === undefined) return httpError(404);
  return ok(installer(release, "full"));
}

/** `https://<backend>:14000/dist/v1/install`: the agent of the backend's own release. */
function backendInstaller({ world }: Invocation, url: string): CommandResult {
  const [, address = ""] = /^https:\/\/([0-9.]+):14000\/dist\/v1\/install$/.exec(url) ?? [];
  const backend = world.at(address);
  const drives = backend?.containers.get("drives0");
  if (backend?.release === undefined || drives === undefined || !world.isReady(drives)) {
    return fail(`curl: (7) Failed to connect to ${address} port 14000: Connection refused`, COULD_NOT_CONNECT);
  }
  return ok(installer(backend.release, "agent"));
}

/** What stands for the vendor's installer: a script that calls the stand-in's own. */
function installer(release: string, part: "full" | "agent"): string {
  return `#!/bin/sh\nexec weka-installer ${release} ${part}\n`;
}

function httpError(status: number): CommandResult {
  return fail(`curl: (22) The requested URL returned error: ${status}`, HTTP_ERROR);
}

/** What the installer's script does, once it runs: `weka-installer RELEASE full|agent`. */
export function wekaInstaller(invocation: Invocation): Promise<CommandResult> {
  const [release = "", part = ""] = invocation.args;
  const { machine } = invocation;
  if (part === "agent") {
    return work(invocation, "agentInstall", () => {
      if (!hasRoom(machine)) return fail("not enough space in /opt/weka");
      machine.release = release;
      machine.isAgentRunning = true;
      return ok("WEKA agent is installed\n");
    });
  }
  return work(invocation, "softwareInstall", () => {
    if (!hasRoom(machine)) return fail("not enough space in /opt/weka");
    machine.release = release;
    machine.isAgentRunning = true;
    if (!machine.containers.has("default")) {
      // A fresh installation starts a container of its own, as TF's scripts know, which stop and remove it.
      machine.containers.set("default", {
        machine,
        name: "default",
        role: "compute",
        port: 14_000,
        cores: 1,
        nics: [],
        failureDomain: "",
        isRunning: true,
        runsAt: invocation.world.clock.now(),
        membership: undefined,
      });
    }
    return ok("Installation finished successfully\n");
  });
}

function hasRoom(machine: Machine): boolean {
  return machine.volumes.some((volume) => volume.mountedAt === "/opt/weka");
}
