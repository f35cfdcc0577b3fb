import { Fields, readJson } from "./read.ts";

/** What `weka status --json` says, as far as an orchestrator needs it. The keys are the same on both command lines. */
export interface StatusRecord {
  readonly name: string;
  readonly guid: string;
  readonly release: string;
  readonly status: string;
  /** Only STARTED is documented; anything else means that IO is not served. */
  readonly ioStatus: string;
  readonly initStage: string;
  readonly data: number;
  readonly parity: number;
  readonly hotSpares: number;
  readonly drivesActive: number;
  readonly drivesTotal: number;
  readonly totalBytes: number;
  /** Undefined just after IO was started: it is not known yet. */
  readonly unprovisionedBytes: number | undefined;
  /** The phase of an upgrade; empty when none runs. */
  readonly upgrade: string;
}

/** @throws {HookResultError} naming the field that is missing or of another type */
export function parseStatus(text: string): StatusRecord {
  const status = new Fields(readJson(text, "weka status"), "weka status");
  const drives = status.object("drives");
  const capacity = status.object("capacity");
  return {
    // A cluster that was never given a name may have none.
    name: status.has("name") ? status.text("name") : "",
    guid: status.text("guid"),
    release: status.text("release"),
    status: status.text("status"),
    ioStatus: status.text("io_status"),
    initStage: status.text("init_stage"),
    data: status.number("stripe_data_drives"),
    parity: status.number("stripe_protection_drives"),
    hotSpares: status.number("hot_spare"),
    drivesActive: drives.number("active"),
    drivesTotal: drives.number("total"),
    totalBytes: capacity.number("total_bytes"),
    unprovisionedBytes: capacity.has("unprovisioned_bytes") ? capacity.number("unprovisioned_bytes") : undefined,
    upgrade: upgradeOf(status),
  };
}

// 4.0 to 4.3 have a text `upgrade`, later releases an object `upgrade_info`; both are empty when no upgrade runs.
function upgradeOf(status: Fields): string {
  if (status.has("upgrade")) return status.text("upgrade");
  return status.has("upgrade_info") ? status.object("upgrade_info").text("upgrade_phase") : "";
}
