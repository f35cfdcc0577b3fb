import type { StandInProgram } from "@muster/core";
import { DOCUMENT_PARAMETERS } from "../../parameters.ts";
import { mountVolume } from "./node.ts";
import { agentIsUp, runInstaller } from "./prepare.ts";
import { runScript, type Script } from "./script.ts";

/** What hooks/mount.sh does; its line in fstab is of no matter to the model. */
export const mount: StandInProgram = (host) =>
  runScript(host, { name: "mount", needs: DOCUMENT_PARAMETERS["weka-mount"] }, async (script) => {
    const address = await script.metadata("local-ipv4");
    const network = script.parameter("network");
    const filesystem = script.parameter("filesystem");
    const path = script.parameter("mountPath");
    if (!(await isMounted(script, path))) {
      if (network !== "local") {
        await mountVolume(script);
        if (!(await agentIsUp(script))) await installAgent(script);
      }
      if (!(await script.retry(30, 2, () => agentIsUp(script)))) script.die("the service weka-agent does not start");
      const source = network === "local" ? filesystem : `${script.parameter("addresses")}/${filesystem}`;
      const argv = ["mount", "-t", "wekafs", ...mountOptions(script, address), source, path];
      const isDone = await script.retry(
        10,
        15,
        async () => (await script.succeeds(argv)) && (await isMounted(script, path)),
      );
      if (!isDone) script.die(`${source} cannot be mounted at ${path}`);
    }
    return { state: "mounted", address, path, filesystem, network };
  });

/** What hooks/unmount.sh does. */
export const unmount: StandInProgram = (host) =>
  runScript(host, { name: "unmount", needs: DOCUMENT_PARAMETERS["weka-unmount"] }, async (script) => {
    const path = script.parameter("mountPath");
    let state = "unmounted";
    if (await isMounted(script, path)) {
      const isGone = await script.retry(6, 5, async () => {
        await script.run(["umount", path]);
        return !(await isMounted(script, path));
      });
      if (!isGone) state = "busy";
    }
    return { state, path };
  });

function isMounted(script: Script, path: string): Promise<boolean> {
  return script.succeeds(["findmnt", "--noheadings", "--types", "wekafs", "--mountpoint", path]);
}

function mountOptions(script: Script, address: string): readonly string[] {
  switch (script.parameter("network")) {
    case "local":
      return ["-o", "rw"];
    case "udp":
      return ["-o", "net=udp"];
    default:
      return ["-o", `num_cores=${script.parameter("clientCores")}`, "-o", `mgmt_ip=${address}`];
  }
}

async function installAgent(script: Script): Promise<void> {
  const addresses = script.parameter("addresses");
  const quietly = ["curl", "--silent", "--show-error", "--fail", "--insecure", "--max-time", "60"];
  const installer = await script.retryFor(30, 10, async () => {
    for (const entry of addresses.split(",")) {
      const answer = await script.run([...quietly, `https://${entry}:14000/dist/v1/install`]);
      if (answer.exitCode === 0) return answer.stdout;
    }
    return undefined;
  });
  if (installer === undefined) return script.die(`none of the backends ${addresses} gives out WEKA's agent`);
  await runInstaller(script, installer);
}
