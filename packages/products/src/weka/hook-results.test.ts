import { HookResultError, type ClusterSpec, type HookContext } from "@muster/core";
import { describe, expect, it } from "vitest";
import { weka } from "./weka.ts";

const seen = (over: object = {}) => ({
  state: "seen",
  guid: "g",
  release: "5.1.31",
  status: "OK",
  io: "STARTED",
  upgrade: "",
  data: 3,
  parity: 2,
  hotSpares: 1,
  servers: 6,
  containersDown: 0,
  down: [],
  strangers: 0,
  drives: 12,
  drivesExpected: 12,
  drivesBad: 0,
  drivesPhasingIn: 0,
  totalBytes: 13_499_994_246_451,
  unprovisionedBytes: 0,
  filesystem: true,
  alerts: 0,
  ...over,
});

const context = contextWith({});

describe("verify", () => {
  it("is content with a whole cluster, and keeps what is worth knowing", () => {
    expect(parse("verify", seen())).toEqual({
      ok: true,
      blockers: [],
      facts: {
        release: "5.1.31",
        status: "OK",
        servers: 6,
        drives: 12,
        totalBytes: 13_499_994_246_451,
        unprovisionedBytes: 0,
        alerts: 0,
        healthyServersMin: 3,
        isMovingData: false,
        lostServers: 0,
      },
    });
  });

  it("is content while data moves because servers came", () => {
    const result = parse("verify", seen({ status: "REDISTRIBUTING", drivesPhasingIn: 2 }));
    expect([result.ok, result.facts["isMovingData"]]).toEqual([true, true]);
  });

  it.each([
    [{ io: "STOPPED" }, "The cluster serves no IO: it says STOPPED."],
    [{ status: "REBUILDING" }, "The cluster says REBUILDING."],
    [
      { containersDown: 7, down: ["drives0 of 10.0.0.1", "compute0 of 10.0.0.1"] },
      "Containers are not up: drives0 of 10.0.0.1, compute0 of 10.0.0.1 and 5 more.",
    ],
    [{ drives: 10 }, "The cluster has 10 of its members' 12 drives."],
    [{ drivesBad: 2 }, "2 drives are not active."],
    [{ filesystem: false }, "There is no filesystem default."],
  ])("says what is in the way: %o", (over, blocker) => {
    expect(parse("verify", seen(over))).toMatchObject({ ok: false, blockers: [blocker] });
  });

  it("blocks stripes other than the spec's, where the spec says them", () => {
    const other = seen({ data: 4 });
    expect(parse("verify", other).blockers).toEqual([]);
    const strict = contextWith({ protection: { data: 3 } });
    expect(weka.hooks["verify"]?.parse(JSON.stringify(other), strict).blockers).toEqual([
      "Stripes are 4 + 2, and the spec says 3 + 2; that cannot be changed any more.",
    ]);
  });
});

describe("the other hooks", () => {
  it.each([
    [
      "prepare",
      { state: "prepared", instance: "i-1", address: "10.0.0.1", release: "5.1.31" },
      { release: "5.1.31", isMember: false },
    ],
    [
      "form",
      { state: "formed", guid: "g", release: "5.1.31", io: "STARTED", servers: 6, drives: 12, filesystem: "default" },
      { guid: "g", release: "5.1.31", servers: 6, drives: 12 },
    ],
    [
      "join",
      { state: "joined", guid: "g", address: "10.0.0.1", release: "5.1.31", drives: 2 },
      { guid: "g", drives: 2 },
    ],
    [
      "mount",
      { state: "mounted", address: "10.0.0.1", path: "/mnt/weka", filesystem: "default", network: "dpdk" },
      { path: "/mnt/weka", filesystem: "default" },
    ],
    ["unmount", { state: "unmounted", path: "/mnt/weka" }, { path: "/mnt/weka" }],
  ])("%s: a good result is ok", (hook, printed, facts) => {
    expect(parse(hook, printed)).toEqual({ ok: true, blockers: [], facts });
  });

  it("unmount: a filesystem in use is in the way", () => {
    expect(parse("unmount", { state: "busy", path: "/mnt/weka" })).toMatchObject({
      ok: false,
      blockers: ["/mnt/weka is in use: a process has files open there, or its working directory."],
    });
  });

  it("form: a cluster without IO is in the way", () => {
    const printed = {
      state: "formed",
      guid: "g",
      release: "5.1.31",
      io: "STOPPED",
      servers: 6,
      drives: 12,
      filesystem: "default",
    };
    expect(parse("form", printed).blockers).toEqual(["The cluster serves no IO: it says STOPPED."]);
  });

  it.each([
    ["form", "", "weka form printed no JSON: nothing"],
    ["form", "Segmentation fault", "weka form printed no JSON: Segmentation fault"],
    ["form", '{"state":"formed"}', "weka form printed a result with an unexpected guid"],
    [
      "join",
      '{"state":"joined","guid":"g","address":"a","release":"r","drives":-1}',
      "weka join printed a result with an unexpected drives",
    ],
    ["unmount", '{"state":"gone","path":"/x"}', "weka unmount printed a result with an unexpected state"],
    ["unmount", '{"state":"busy","path":"/x","why":"?"}', "weka unmount printed a result with an unexpected why"],
    ["unmount", '{"state":"busy","path":"/x"}{"state":"busy"}', "weka unmount printed no JSON"],
  ])("%s: %s is an error that names what is wrong, never a guess", (hook, printed, message) => {
    const read = () => weka.hooks[hook]?.parse(printed, context);
    expect(read).toThrow(HookResultError);
    expect(read).toThrow(message);
  });
});

function parse(hook: string, printed: object) {
  const definition = weka.hooks[hook];
  if (definition === undefined) throw new Error(`there is no hook ${hook}`);
  return definition.parse(`${JSON.stringify(printed)}\n`, context);
}

function contextWith(section: object): HookContext {
  const spec: ClusterSpec = {
    apiVersion: "muster/v1",
    name: "demo",
    product: "weka",
    deployment: "client-backend",
    network: { subnets: ["subnet-00000001"], securityGroups: ["sg-00000001"] },
    tiers: { backend: { count: 6, instanceTypes: ["i3en.2xlarge"], purchase: "on-demand" } },
    tags: {},
    keepOnFailure: false,
    weka: { version: "5.1.31", tokenSecret: "weka/token", ...section },
  };
  const blueprint = weka.blueprint(spec);
  const [tier] = blueprint.tiers;
  const shape = tier?.shapes[0];
  if (tier === undefined || shape === undefined) throw new Error("the blueprint has no tier");
  return { cluster: "demo", spec, blueprint, tier, shape, members: [], region: "us-east-1", secretNames: {} };
}
