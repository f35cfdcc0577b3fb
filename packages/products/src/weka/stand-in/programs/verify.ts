import type { StandInProgram } from "@muster/core";
import { parseContainers } from "../../cli/containers.ts";
import { parseDrives } from "../../cli/drives.ts";
import { Fields, readJson, readList } from "../../cli/read.ts";
import { DOCUMENT_PARAMETERS } from "../../parameters.ts";
import { ClusterTalk } from "./cluster.ts";
import { containerNames, orUndefined, useCli } from "./node.ts";
import { runScript, type Script } from "./script.ts";

const NAMED_MAX = 5;

/** What hooks/verify.sh does. */
export const verify: StandInProgram = (host) =>
  runScript(host, { name: "verify", needs: DOCUMENT_PARAMETERS["weka-verify"] }, async (script) => {
    const address = await script.metadata("local-ipv4");
    const version = await script.run(["weka", "version", "current"]);
    const talk = new ClusterTalk(script, useCli(script, version.stdout.trimEnd()));
    await talk.asAdmin();
    const members = script.parameter("addresses").split(",");
    if (!(await talk.find([address, ...members])))
      talk.noCluster(`no cluster answers at any of its ${members.length} servers`);
    let seen: Seen | undefined;
    await script.retry(12, 10, async () => {
      const looked = await look(script, talk, members);
      seen = looked ?? seen;
      return looked !== undefined && hasSettled(looked);
    });
    return seen ?? script.die("the cluster does not say how it is");
  });

type Seen = NonNullable<Awaited<ReturnType<typeof look>>>;

function hasSettled(seen: Seen): boolean {
  const isWhole = seen.status === "OK" || seen.status === "REDISTRIBUTING";
  const hasMembers = seen.containersDown === 0 && seen.drivesBad === 0 && seen.drives >= seen.drivesExpected;
  return isWhole && seen.io === "STARTED" && hasMembers;
}

async function look(script: Script, talk: ClusterTalk, members: readonly string[]) {
  const printed = await script.run(["weka", "status", "-J"]);
  if (printed.exitCode !== 0) return undefined;
  const listed = await script.run(["weka", "cluster", "container", "--backends", "-J"]);
  if (listed.exitCode !== 0) return undefined;
  const listedDrives = await script.run(["weka", "cluster", "drive", "-J"]);
  if (listedDrives.exitCode !== 0) return undefined;
  const filesystems = await script.run(["weka", "fs", "-J"]);
  if (filesystems.exitCode !== 0) return undefined;
  return orUndefined(() =>
    sumUp(script, talk, {
      members,
      status: new Fields(readJson(printed.stdout, "weka status"), "weka status"),
      containers: listed.stdout,
      drives: listedDrives.stdout,
      filesystems: filesystems.stdout,
    }),
  );
}

function sumUp(
  script: Script,
  talk: ClusterTalk,
  said: { members: readonly string[]; status: Fields; containers: string; drives: string; filesystems: string },
) {
  const { status } = said;
  const ours = new Set(said.members);
  const containers = parseContainers(said.containers, talk.generation);
  const mine = containers.filter(({ address }) => ours.has(address));
  const up = new Set(
    mine.filter((c) => c.state === "ACTIVE" && c.status === "UP").map(({ address, name }) => `${address} ${name}`),
  );
  const names = containerNames(script);
  const down = said.members.flatMap((member) =>
    names.filter((name) => !up.has(`${member} ${name}`)).map((name) => `${name} of ${member}`),
  );
  const ids = new Set(mine.map(({ id }) => id));
  const drives = parseDrives(said.drives, talk.generation).filter(
    ({ container }) => container !== undefined && ids.has(container),
  );
  const count = (...states: string[]) => drives.filter((drive) => states.includes(drive.status)).length;
  const capacity = status.object("capacity");
  const filesystem = script.parameter("filesystem");
  return {
    state: "seen",
    guid: status.text("guid"),
    release: status.text("release"),
    status: status.text("status"),
    io: status.text("io_status"),
    upgrade: status.has("upgrade") ? status.text("upgrade") : status.object("upgrade_info").text("upgrade_phase"),
    data: status.number("stripe_data_drives"),
    parity: status.number("stripe_protection_drives"),
    hotSpares: status.number("hot_spare"),
    servers: said.members.length,
    containersDown: down.length,
    down: down.slice(0, NAMED_MAX),
    strangers: new Set(containers.filter(({ address }) => !ours.has(address)).map(({ address }) => address)).size,
    drives: drives.length,
    drivesExpected: said.members.length * Number(script.parameter("disks")),
    drivesBad: drives.length - count("ACTIVE", "PHASING_IN"),
    drivesPhasingIn: count("PHASING_IN"),
    totalBytes: capacity.number("total_bytes"),
    unprovisionedBytes: capacity.has("unprovisioned_bytes") ? capacity.number("unprovisioned_bytes") : 0,
    filesystem:
      filesystem === "none" || readList(said.filesystems, "weka fs").some((item) => item.text("name") === filesystem),
    alerts: status.has("active_alerts_count") ? status.number("active_alerts_count") : 0,
  };
}
