import { HookResultError } from "@muster/core";
import { describe, expect, it } from "vitest";
import { parseContainers } from "./containers.ts";
import { parseDrives } from "./drives.ts";
import { parseLocalContainers } from "./local-containers.ts";
import { parseStatus } from "./status.ts";

/** Records as each command line prints them, with only what anyone reads. */
const legacyContainer = (over: object = {}) => ({
  host_id: "HostId<4>",
  container_name: "drives0",
  ips: ["10.0.1.12"],
  mode: "backend",
  state: "ACTIVE",
  status: "UP",
  ...over,
});
const sixContainer = (over: object = {}) => ({
  id: 0,
  name: "drives0",
  ips: ["10.0.1.12"],
  mode: "backend",
  state: "ACTIVE",
  status: "UP",
  ...over,
});
const status = (over: object = {}) => ({
  name: "demo",
  guid: "da68bf3a-5522-4d19-8fea-bebe48b0af57",
  release: "5.1.31",
  status: "OK",
  io_status: "STARTED",
  init_stage: "INITIALIZED",
  stripe_data_drives: 3,
  stripe_protection_drives: 2,
  hot_spare: 1,
  drives: { active: 12, total: 12 },
  capacity: { total_bytes: 100, unprovisioned_bytes: 40 },
  upgrade_info: { upgrade_phase: "" },
  ...over,
});

describe("parseContainers", () => {
  it("reads typed ids on the legacy command line and bare numbers, zero among them, on six", () => {
    const read = { name: "drives0", address: "10.0.1.12", mode: "backend", state: "ACTIVE", status: "UP" };
    expect(parseContainers(JSON.stringify([legacyContainer()]), "legacy")).toEqual([{ id: 4, ...read }]);
    expect(parseContainers(JSON.stringify([sixContainer()]), "six")).toEqual([{ id: 0, ...read }]);
  });

  it("reads an empty list, which is how a container that is gone is answered", () => {
    expect(parseContainers("[]", "legacy")).toEqual([]);
  });

  it.each([
    [
      "a record of six",
      "legacy",
      [sixContainer()],
      "weka cluster container[0].host_id should be a typed id such as HostId<4>",
    ],
    ["a legacy record", "six", [legacyContainer()], "weka cluster container[0].id should be a number, and is nothing"],
    [
      "no name",
      "legacy",
      [legacyContainer({ container_name: undefined })],
      "weka cluster container[0].container_name should be a text",
    ],
    ["no address", "six", [sixContainer({ ips: [] })], "weka cluster container[0].ips[0] should be an address"],
    [
      "another mode",
      "six",
      [sixContainer({ mode: "gateway" })],
      'weka cluster container[0].mode should be backend or client, and is "gateway"',
    ],
    [
      "an invalid id",
      "legacy",
      [legacyContainer({ host_id: "HostId<INVALID>" })],
      "weka cluster container[0].host_id should be the id of a container",
    ],
    ["an object", "legacy", { containers: [] }, "weka cluster container should be a list"],
  ] as const)("refuses %s, naming the field", (_, generation, printed, message) => {
    expect(() => parseContainers(JSON.stringify(printed), generation)).toThrow(HookResultError);
    expect(() => parseContainers(JSON.stringify(printed), generation)).toThrow(message);
  });
});

describe("parseDrives", () => {
  it("reads who owns a drive, and that nobody does", () => {
    const legacy = [
      { uuid: "a", host_id: "HostId<0>", status: "ACTIVE" },
      { uuid: "b", host_id: "HostId<INVALID>", status: "INACTIVE" },
    ];
    expect(parseDrives(JSON.stringify(legacy), "legacy")).toEqual([
      { uuid: "a", container: 0, status: "ACTIVE" },
      { uuid: "b", container: undefined, status: "INACTIVE" },
    ]);
    const six = [
      { uuid: "a", container: 0, status: "ACTIVE" },
      { uuid: "b", container: null, status: "INACTIVE" },
    ];
    expect(parseDrives(JSON.stringify(six), "six")).toEqual(parseDrives(JSON.stringify(legacy), "legacy"));
  });

  it("never takes a drive without an owner field for one that is free", () => {
    const six = JSON.stringify([{ uuid: "a", host_id: "HostId<0>", status: "ACTIVE" }]);
    expect(() => parseDrives(six, "six")).toThrow("weka cluster drive[0].container should be the owning container");
  });
});

describe("parseStatus", () => {
  it("reads what an orchestrator needs", () => {
    expect(parseStatus(JSON.stringify(status()))).toEqual({
      name: "demo",
      guid: "da68bf3a-5522-4d19-8fea-bebe48b0af57",
      release: "5.1.31",
      status: "OK",
      ioStatus: "STARTED",
      initStage: "INITIALIZED",
      data: 3,
      parity: 2,
      hotSpares: 1,
      drivesActive: 12,
      drivesTotal: 12,
      totalBytes: 100,
      unprovisionedBytes: 40,
      upgrade: "",
    });
  });

  it("knows that the free capacity is not known yet, and both ways to say that an upgrade runs", () => {
    const fresh = parseStatus(JSON.stringify(status({ capacity: { total_bytes: 0, unprovisioned_bytes: null } })));
    expect(fresh.unprovisionedBytes).toBeUndefined();
    expect(parseStatus(JSON.stringify(status({ upgrade: "rolling" }))).upgrade).toBe("rolling");
    expect(parseStatus(JSON.stringify(status({ upgrade_info: { upgrade_phase: "hosts" } }))).upgrade).toBe("hosts");
  });

  it.each([
    ["WEKA is not configured", "weka status printed no JSON: WEKA is not configured"],
    [JSON.stringify(status({ io_status: undefined })), "weka status.io_status should be a text, and is nothing"],
    [JSON.stringify(status({ drives: 12 })), "weka status.drives should be an object, and is 12"],
  ])("refuses %s", (printed, message) => {
    expect(() => parseStatus(printed)).toThrow(message);
  });
});

describe("parseLocalContainers", () => {
  it("reads the same of both command lines", () => {
    const legacy = [
      { name: "drives0", isRunning: true, internalStatus: { state: "STEM" } },
      { name: "compute0", isRunning: false, internalStatus: {} },
    ];
    const six = [
      { name: "drives0", running: true, state: "STEM" },
      { name: "compute0", running: false, state: "" },
    ];
    const expected = [
      { name: "drives0", isRunning: true, state: "STEM" },
      { name: "compute0", isRunning: false, state: "" },
    ];
    expect(parseLocalContainers(JSON.stringify(legacy), "legacy")).toEqual(expected);
    expect(parseLocalContainers(JSON.stringify(six), "six")).toEqual(expected);
  });
});
