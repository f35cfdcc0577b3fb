import type { StandInProgram } from "@muster/core";
import { Fields, readJson } from "../../cli/read.ts";
import { DOCUMENT_PARAMETERS } from "../../parameters.ts";
import type { CliGeneration } from "../../versions.ts";
import { ClusterTalk } from "./cluster.ts";
import { currentRelease } from "./form.ts";
import { containerNames, diskPaths, hasContainers, localState, setUpContainers, useCli } from "./node.ts";
import { runScript, type Script } from "./script.ts";

/** What hooks/join.sh does. */
export const join: StandInProgram = (host) =>
  runScript(host, { name: "join", needs: DOCUMENT_PARAMETERS["weka-join"] }, async (script) => {
    const address = await script.metadata("local-ipv4");
    const release = await currentRelease(script);
    const generation = useCli(script, release);
    const talk = new ClusterTalk(script, generation);
    await talk.asAdmin();
    const entries = script.parameter("addresses").split(",");
    if (!(await talk.find(entries))) talk.noCluster(`no cluster answers at ${entries.join(",")}`);
    const { guid, upgrade, ioStatus } = talk.seen;
    if (upgrade !== "") script.die(`the cluster is being upgraded (${upgrade}); nodes join afterwards`);
    if (talk.seen.release !== release)
      script.die(`the cluster runs WEKA ${talk.seen.release}, this node has ${release}`);
    if (ioStatus !== "STARTED") script.die(`the cluster serves no IO (it says ${ioStatus}); nodes join when it does`);

    await leaveStem(script, generation);
    const others = entries.filter((entry) => entry !== address);
    const joinIps = others.map((entry) => `${entry}:14000`).join(",");
    await setUpContainers(script, { generation, address, extra: ["--join-ips", joinIps] });
    if (!(await script.retry(120, 5, () => hasContainers(script, generation, ["READY"])))) {
      script.die("its containers do not become members");
    }
    const own = await identity(script);
    if (own.guid !== guid) script.die(`this node is a member of another cluster (${own.guid})`);
    const drives = await completeDrives(script, talk, own.id);
    return { state: "joined", guid, address, release, drives };
  });

/** Containers in STEM mode hold nothing, and must be made anew to learn where the cluster is. */
async function leaveStem(script: Script, generation: CliGeneration): Promise<void> {
  for (const name of containerNames(script)) {
    let state = await localState(script, generation, name);
    if (state === "stopped") {
      await script.must(["weka", "local", "start", name]);
      if (!(await script.retry(60, 5, () => runs(script, generation, name)))) script.die(`${name} does not start`);
      state = await localState(script, generation, name);
    }
    if (state === undefined) script.die("local containers cannot be listed");
    if (state !== "STEM") continue;
    await script.must(["weka", "local", "stop", name, "--force"]);
    await script.must(["weka", "local", "rm", name, "--force"]);
  }
}

async function runs(script: Script, generation: CliGeneration, name: string): Promise<boolean> {
  const state = await localState(script, generation, name);
  return state !== undefined && state !== "absent" && state !== "stopped";
}

async function identity(script: Script): Promise<{ guid: string; id: number }> {
  const ask = ["wapi", "-W", "container-get-identity", "--container-name", "drives0", "--json"];
  const printed = await script.run(["weka", "local", "run", "--container", "drives0", ...ask]);
  if (printed.exitCode !== 0) return script.die("drives0 does not say which cluster it is in");
  const said = new Fields(readJson(printed.stdout, "container-get-identity"), "container-get-identity");
  if (!said.boolean("has_value")) return { guid: "none", id: -1 };
  const value = said.object("value");
  return { guid: value.text("cluster_guid"), id: value.number("host_id") };
}

async function completeDrives(script: Script, talk: ClusterTalk, id: number): Promise<number> {
  const wanted = Number(script.parameter("disks"));
  const owned = async () => (await talk.drives("--container", String(id)))?.length;
  let has = (await owned()) ?? script.die("the node's drives cannot be listed");
  if (has >= wanted) return has;
  const paths = (await diskPaths(script)) ?? script.die("the node's disks cannot be listed");
  for (const path of paths) {
    await script.must(["weka", "local", "exec", "--container", "drives0", "/weka/tools/weka_sign_drive", path]);
  }
  const areIn = await script.retry(60, 5, async () => {
    if (!(await script.succeeds(["weka", "cluster", "drive", "scan", String(id)]))) return false;
    has = (await owned()) ?? has;
    return has >= wanted;
  });
  if (!areIn) script.die(`the cluster finds ${has} of the node's ${wanted} drives`);
  return has;
}
