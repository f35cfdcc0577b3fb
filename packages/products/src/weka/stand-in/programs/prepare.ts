import type { StandInProgram } from "@muster/core";
import type { CliGeneration } from "../../versions.ts";
import {
  coreIds,
  diskPaths,
  DISKS_FILE,
  hasContainers,
  lines,
  localState,
  mountVolume,
  NICS_FILE,
  setUpContainers,
  useCli,
} from "./node.ts";
import { readList } from "../../cli/read.ts";
import { DOCUMENT_PARAMETERS } from "../../parameters.ts";
import { runScript, type Script } from "./script.ts";

/** What hooks/prepare.sh does. */
export const prepare: StandInProgram = (host) =>
  runScript(host, { name: "prepare", needs: DOCUMENT_PARAMETERS["weka-prepare"] }, async (script) => {
    const version = script.parameter("version");
    const generation = useCli(script, version);
    const address = await script.metadata("local-ipv4");
    const instance = await script.metadata("instance-id");
    await mountVolume(script);
    if ((await installedRelease(script)) !== version) {
      await installWeka(script, version);
      const release = await installedRelease(script);
      if (release !== version)
        script.die(`the installer left WEKA ${release === "" ? "none" : release} in place of ${version}`);
    }
    if (!(await script.retry(30, 2, () => agentIsUp(script)))) script.die("the service weka-agent does not start");
    await removeDefault(script, generation);
    await findInterfaces(script);
    await setUpContainers(script, { generation, address });
    if (!(await script.retry(60, 10, () => hasContainers(script, generation, ["STEM", "CLUSTERIZING", "READY"])))) {
      script.die("its containers do not come up");
    }
    await findDisks(script);
    const drives = await localState(script, generation, "drives0");
    return { state: drives === "STEM" ? "prepared" : "member", instance, address, release: version };
  });

export function agentIsUp(script: Script): Promise<boolean> {
  return script.succeeds(["systemctl", "is-active", "--quiet", "weka-agent"]);
}

async function installedRelease(script: Script): Promise<string> {
  const printed = await script.run(["weka", "version", "current"]);
  return printed.exitCode === 0 ? printed.stdout.trimEnd() : "";
}

async function installWeka(script: Script, version: string): Promise<void> {
  const id = script.parameter("tokenSecret");
  const token = await script.secret(id);
  if (token === undefined) return script.die(`the get.weka.io token cannot be read from secret ${id}`);
  if (!/^[A-Za-z0-9._~+/=-]+$/.test(token)) return script.die(`secret ${id} does not hold a token as plain text`);
  const proxy = script.parameter("proxy");
  const url = `https://get.weka.io/dist/v1/install/${version}/${version}?provider=aws&region=${script.parameter("region")}`;
  const argv = [
    "curl",
    "--silent",
    "--show-error",
    "--fail",
    "--location",
    "--max-time",
    "120",
    "--config",
    "-",
    ...(proxy === "none" ? [] : ["--proxy", proxy]),
    url,
  ];
  let refusal = "";
  const installer = await script.retryFor(30, 10, async () => {
    const answer = await script.run(argv, { stdin: `user = "${token}:"\n` });
    if (answer.exitCode === 0) return answer.stdout;
    refusal = lines(answer.stderr).at(-1) ?? "";
    if (/error: 40[134]/.test(refusal)) {
      script.die(`get.weka.io refuses WEKA ${version} with the token of secret ${id}: ${refusal}`);
    }
    return undefined;
  });
  if (installer === undefined) return script.die(`get.weka.io cannot be reached: ${refusal}`);
  await runInstaller(script, installer);
}

/** Runs a downloaded installer: the stand-in's are a script of one `exec` line. */
export async function runInstaller(script: Script, installer: string): Promise<void> {
  const [, command = ""] = /^exec (.+)$/m.exec(installer) ?? [];
  await script.must(command.split(" "));
}

// The installer makes a container of its own, which would take cores.
async function removeDefault(script: Script, generation: CliGeneration): Promise<void> {
  const leftOver = await localState(script, generation, "default");
  if (leftOver === undefined) script.die("local containers cannot be listed");
  if (leftOver === "absent") return;
  await script.must(["weka", "local", "stop", "default", "--force"]);
  await script.must(["weka", "local", "rm", "default", "--force"]);
}

async function findInterfaces(script: Script): Promise<void> {
  const { files } = script.host;
  const cores = ["driveCores", "computeCores", "frontendCores"].reduce(
    (sum, name) => sum + Number(script.parameter(name)),
    0,
  );
  if (!files.has(NICS_FILE)) {
    const nics = await script.retryFor(60, 5, () => findNics(script, cores));
    if (nics === undefined) return script.die(`there are fewer than ${cores} network interfaces beside the first`);
    files.set(NICS_FILE, `${nics.join("\n")}\n`);
  }
  if ((await coreIds(script)).length < cores)
    script.die(`there are fewer than ${cores} physical cores beside the first`);
}

async function findNics(script: Script, wanted: number): Promise<readonly string[] | undefined> {
  const primary = await script.imds("mac");
  if (primary === undefined) return undefined;
  const listed = await script.run(["ip", "-json", "link", "show"]);
  if (listed.exitCode !== 0) return undefined;
  const found = readList(listed.stdout, "ip link")
    .filter(
      (link) => link.text("link_type") === "ether" && link.text("address").toLowerCase() !== primary.toLowerCase(),
    )
    .map((link) => link.text("ifname"));
  return found.length >= wanted ? found.slice(0, wanted) : undefined;
}

async function findDisks(script: Script): Promise<void> {
  const { files } = script.host;
  if (files.has(DISKS_FILE)) return;
  const wanted = Number(script.parameter("disks"));
  let seen: readonly string[] = [];
  const found = await script.retryFor(30, 5, async () => {
    seen = (await diskPaths(script)) ?? [];
    return seen.length === wanted ? seen : undefined;
  });
  if (found === undefined) return script.die(`it should have ${wanted} free NVMe disks, and has: ${seen.join(" ")}`);
  files.set(DISKS_FILE, `${found.join("\n")}\n`);
}
