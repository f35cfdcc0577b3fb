import type { ClusterSpec, TierSpec } from "@muster/core";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { BACKEND_TYPES } from "./backend-types.ts";
import { splitRule } from "./check-tiers.ts";
import { COMPUTE_MEMORY_GB_MAX } from "./limits.ts";
import { backendShape, coreSplit } from "./sizing.ts";
import { weka } from "./weka.ts";

interface Overrides {
  readonly deployment?: string;
  readonly tiers?: Readonly<Record<string, Partial<TierSpec>>>;
  readonly weka?: unknown;
}

function specWith({ deployment = "client-backend", tiers = {}, weka: section = {} }: Overrides = {}): ClusterSpec {
  const data = deployment === "converged" ? "converged" : "backend";
  const base: Record<string, TierSpec> = {
    [data]: { count: 6, instanceTypes: ["i3en.2xlarge"], purchase: "on-demand" },
    client: { count: 2, instanceTypes: ["c5.2xlarge"], purchase: "on-demand" },
  };
  const written = typeof section === "object" && section !== null;
  return {
    apiVersion: "muster/v1",
    name: "demo",
    product: "weka",
    deployment,
    network: { subnets: ["subnet-00000001"], securityGroups: ["sg-00000001"] },
    tiers: Object.fromEntries(
      [...new Set([...Object.keys(base), ...Object.keys(tiers)])].map((name) => [
        name,
        { count: 1, instanceTypes: ["c5.2xlarge"], purchase: "on-demand" as const, ...base[name], ...tiers[name] },
      ]),
    ),
    tags: {},
    keepOnFailure: false,
    weka: written ? { version: "5.1.31", tokenSecret: "weka/token", ...section } : section,
  };
}

describe("weka.check", () => {
  it.each<[string, Overrides]>([
    ["the smallest client-backend cluster", {}],
    ["a converged cluster", { deployment: "converged" }],
    ["a thousand backends", { tiers: { backend: { count: 1_000 } } }],
    ["parity 4 on eight servers", { tiers: { backend: { count: 8 } }, weka: { protection: { parity: 4 } } }],
    ["no filesystem without clients", { tiers: { client: { count: 0 } }, weka: { filesystem: "none" } }],
    ["a filesystem that fits", { weka: { filesystem: { name: "data", size: "13TB" } } }],
    [
      "UDP clients on a type with two interfaces",
      { tiers: { client: { instanceTypes: ["hpc7a.12xlarge"] } }, weka: { client: { cores: 4, udp: true } } },
    ],
    ["every backend type", { tiers: { backend: { instanceTypes: ["i8ge.48xlarge"] } } }],
    ["a proxy", { weka: { proxy: "http://10.0.0.5:3128" } }],
    ["6.0", { weka: { version: "6.0.0" } }],
  ])("finds nothing wrong with %s", (_, overrides) => {
    expect(weka.check(specWith(overrides))).toEqual([]);
  });

  it.each<[string, Overrides, string, string | undefined]>([
    ["no section", { weka: "5.1" }, "weka", "5.1"],
    ["an unknown field", { weka: { colour: "red" } }, "weka.colour", undefined],
    ["an unknown field inside", { weka: { client: { colour: "red" } } }, "weka.client.colour", undefined],
    ["a release without a command line of ours", { weka: { version: "4.3.7" } }, "weka.version", "4.3.7"],
    ["a release that is none", { weka: { version: 5 } }, "weka.version", "5"],
    ["five backends", { tiers: { backend: { count: 5 } } }, "tiers.backend.count", "5"],
    [
      "more backends than one command can name",
      { tiers: { backend: { count: 1_001 } } },
      "tiers.backend.count",
      "1001",
    ],
    ["spot backends", { tiers: { backend: { purchase: "spot" } } }, "tiers.backend.purchase", "spot"],
    ["a stripe of two", { weka: { protection: { data: 2 } } }, "weka.protection.data", "2"],
    [
      "a stripe of seventeen",
      { tiers: { backend: { count: 40 } }, weka: { protection: { data: 17 } } },
      "weka.protection.data",
      "17",
    ],
    ["parity 3", { weka: { protection: { parity: 3 } } }, "weka.protection.parity", "3"],
    ["no spare", { weka: { protection: { hotSpares: 0 } } }, "weka.protection.hotSpares", "0"],
    [
      "a stripe too wide for the servers",
      { weka: { protection: { data: 4 } } },
      "weka.protection.data",
      "4 with 6 backends",
    ],
    ["parity 4 on six servers", { weka: { protection: { parity: 4 } } }, "weka.protection.parity", "4 with 6 backends"],
    [
      "two spares on six servers",
      { weka: { protection: { hotSpares: 2 } } },
      "weka.protection.hotSpares",
      "2 with 6 backends",
    ],
    [
      "an unsupported backend",
      { tiers: { backend: { instanceTypes: ["i3.large"] } } },
      "tiers.backend.instanceTypes.0",
      "i3.large",
    ],
    ["a tier of another deployment", { tiers: { converged: { count: 6 } } }, "tiers.converged", "converged"],
    [
      "two architectures",
      { tiers: { backend: { instanceTypes: ["i3en.2xlarge", "i8ge.2xlarge"] } } },
      "tiers.backend.instanceTypes",
      "i3en.2xlarge (x86_64), i8ge.2xlarge (arm64)",
    ],
    [
      "a client type that AWS no longer has",
      { tiers: { client: { instanceTypes: ["p3.2xlarge"] } } },
      "tiers.client.instanceTypes.0",
      "p3.2xlarge",
    ],
    [
      "a client type without figures on record",
      { tiers: { client: { instanceTypes: ["m6a.xlarge"] } } },
      "tiers.client.instanceTypes.0",
      "m6a.xlarge",
    ],
    [
      "a client type that WEKA does not list",
      { tiers: { client: { instanceTypes: ["t3.large"] } } },
      "tiers.client.instanceTypes.0",
      "t3.large",
    ],
    [
      "two client cores on a type with two interfaces",
      { tiers: { client: { instanceTypes: ["hpc7a.12xlarge"] } }, weka: { client: { cores: 2 } } },
      "weka.client.cores",
      "2 on hpc7a.12xlarge",
    ],
    ["more client cores than vCPUs", { weka: { client: { cores: 4 } } }, "weka.client.cores", "4 on c5.2xlarge"],
    ["clients with nothing to mount", { weka: { filesystem: "none" } }, "weka.filesystem", "none"],
    [
      "converged without a filesystem",
      { deployment: "converged", tiers: { client: { count: 0 } }, weka: { filesystem: "none" } },
      "weka.filesystem",
      "none",
    ],
    [
      "converged without a frontend",
      { deployment: "converged", weka: { dedicatedFrontend: false } },
      "weka.dedicatedFrontend",
      "false",
    ],
    ["a filesystem called none", { weka: { filesystem: { name: "none" } } }, "weka.filesystem.name", "none"],
    [
      "a filesystem larger than the cluster",
      { weka: { filesystem: { size: "14TB" } } },
      "weka.filesystem.size",
      "14.0 TB",
    ],
    [
      "a mount path in the system",
      { weka: { client: { mountPath: "/etc/weka" } } },
      "weka.client.mountPath",
      "/etc/weka",
    ],
    ["a mount path over the system", { weka: { client: { mountPath: "/var" } } }, "weka.client.mountPath", "/var"],
    ["a filesystem named as an option", { weka: { filesystem: { name: "-rf" } } }, "weka.filesystem.name", "-rf"],
    [
      "a mount path with dots",
      { weka: { client: { mountPath: "/mnt/../etc" } } },
      "weka.client.mountPath",
      "/mnt/../etc",
    ],
    [
      "a proxy with a password",
      { weka: { proxy: "http://me:secret@10.0.0.5:3128" } },
      "weka.proxy",
      "http://me:secret@10.0.0.5:3128",
    ],
  ])("refuses %s", (_, overrides, path, found) => {
    const problems = weka.check(specWith(overrides));
    expect(problems.map((problem) => [problem.path, problem.found])).toEqual([[path, found]]);
    for (const { rule, remedy } of problems) expect([rule, remedy].every((text) => /[.]$/.test(text))).toBe(true);
  });

  it("reports everything at once", () => {
    const spec = specWith({
      tiers: {
        backend: { count: 3, instanceTypes: ["m5.large"], purchase: "spot" },
        client: { instanceTypes: ["g3.4xlarge"] },
      },
      weka: { version: "3.1.0", protection: { parity: 3 }, client: { udp: "yes" }, colour: "red" },
    });
    expect(weka.check(spec).map(({ path }) => path)).toEqual([
      "weka.client.udp",
      "weka.colour",
      "weka.version",
      "tiers.backend.count",
      "tiers.backend.purchase",
      "tiers.backend.instanceTypes.0",
      "tiers.client.instanceTypes.0",
      "weka.protection.parity",
    ]);
  });

  it("names the nearest value that is allowed", () => {
    const remedies = weka
      .check(specWith({ weka: { version: "4.3.7", protection: { data: 20 } } }))
      .map(({ remedy }) => remedy);
    expect(remedies).toEqual(["Choose a release of 4.4.", "Write 16."]);
  });

  it("is satisfied by what it told the user to write", () => {
    const asked = specWith({ tiers: { backend: { count: 12 } }, weka: { protection: { data: 11 } } });
    expect(weka.check(asked).map(({ remedy }) => remedy)).toEqual(["Write 9, or set tiers.backend.count to 14."]);
    expect(weka.check(specWith({ tiers: { backend: { count: 12 } }, weka: { protection: { data: 9 } } }))).toEqual([]);
    expect(weka.check(specWith({ tiers: { backend: { count: 14 } }, weka: { protection: { data: 11 } } }))).toEqual([]);
  });
});

describe("sizing", () => {
  it.each([
    ["i3en.2xlarge", false, { drive: 1, compute: 2, frontend: 0, computeMemory: "32.9GB" }, 4, 78],
    ["i3en.2xlarge", true, { drive: 1, compute: 1, frontend: 1, computeMemory: "32.64GB" }, 4, 78],
    ["i3en.24xlarge", false, { drive: 4, compute: 10, frontend: 0, computeMemory: "384GB" }, 15, 188],
    ["i8ge.48xlarge", false, { drive: 8, compute: 15, frontend: 0, computeMemory: "384GB" }, 24, 278],
  ])("of %s (frontend: %s) is %o with %i interfaces and %i GiB", (type, hasFrontend, split, interfaces, sizeGiB) => {
    const known = BACKEND_TYPES[type];
    expect(known === undefined ? undefined : coreSplit(known, hasFrontend)).toEqual(split);
    const shape = backendShape(type, hasFrontend);
    expect([shape.interfaces, shape.volumes[0]?.sizeGiB]).toEqual([interfaces, sizeGiB]);
  });

  it("knows the twelve types of WEKA's module, within WEKA's limits with and without a frontend", () => {
    expect(Object.keys(BACKEND_TYPES)).toHaveLength(12);
    for (const type of Object.values(BACKEND_TYPES)) {
      expect([splitRule(coreSplit(type, true), type), splitRule(coreSplit(type, false), type)]).toEqual([
        undefined,
        undefined,
      ]);
    }
  });

  it.each([
    [{ drive: 1, compute: 20, frontend: 0, computeMemory: "1GB" }, "A WEKA container has at most 19 cores, not 20."],
    [{ drive: 19, compute: 19, frontend: 19, computeMemory: "1GB" }, undefined],
    [
      { drive: 1, compute: 1, frontend: 0, computeMemory: `${COMPUTE_MEMORY_GB_MAX + 1}GB` },
      "A compute container has at most 384 GB of memory, not 385GB.",
    ],
  ])("judges the split %o", (split, rule) => {
    expect(splitRule(split, { disks: 1 })).toBe(rule);
  });
});

describe("weka.blueprint", () => {
  it("lays a client-backend cluster out", () => {
    const blueprint = weka.blueprint(specWith());
    expect(
      blueprint.tiers.map(({ name, count, minimum, holdsData, allOrNothing }) => [
        name,
        count,
        minimum,
        holdsData,
        allOrNothing,
      ]),
    ).toEqual([
      ["backend", 6, 6, true, true],
      ["client", 2, 0, false, false],
    ]);
    expect(blueprint.tiers.map(({ formHooks, joinHooks }) => [formHooks, joinHooks])).toEqual([
      [
        ["prepare", "form", "join", "verify"],
        ["prepare", "join", "verify"],
      ],
      [["mount"], ["mount"]],
    ]);
    expect(blueprint.summary).toEqual([
      "WEKA 5.1.31 on 6 x i3en.2xlarge: 30.0 TB raw, 13.5 TB net.",
      "Stripes of 3 + 2 with 1 hot spare; data and parity stay so for ever.",
      "2 servers may fail at the same moment without loss, and IO goes on with 3 healthy ones.",
      "It can shrink to 6 servers, WEKA's minimum.",
      "Filesystem default of about 13.5 TB, all there is, mounted at /mnt/weka.",
    ]);
  });

  it("gives converged nodes a frontend, its ports, and the filesystem that they store", () => {
    const blueprint = weka.blueprint(specWith({ deployment: "converged" }));
    const [tier] = blueprint.tiers;
    expect([tier?.shapes[0]?.parameters["frontendCores"], tier?.formHooks]).toEqual([
      "1",
      ["prepare", "form", "join", "mount", "verify"],
    ]);
    expect(blueprint.ports.map(({ protocol, fromPort, toPort }) => `${protocol} ${fromPort}-${toPort}`)).toEqual([
      "tcp 14000-14100",
      "udp 14000-14100",
      "tcp 15000-15100",
      "udp 15000-15100",
      "tcp 16000-16100",
      "udp 16000-16100",
    ]);
  });

  it("never lets a cluster shrink below its stripe and spares", () => {
    const blueprint = weka.blueprint(specWith({ tiers: { backend: { count: 20 } } }));
    expect(blueprint.tiers[0]?.minimum).toBe(20);
  });

  it("names only hooks that there are", () => {
    for (const deployment of weka.deployments) {
      const { tiers, verifications } = weka.blueprint(specWith({ deployment }));
      const named = tiers.flatMap(({ formHooks, joinHooks, leaveHooks = [] }) => [
        ...formHooks,
        ...joinHooks,
        ...leaveHooks,
      ]);
      named.push(...verifications.map(({ hook }) => hook));
      expect(named.filter((name) => weka.hooks[name] === undefined)).toEqual([]);
      // One node says how the whole cluster is: asked again, it says it again, and nobody is done with it for good.
      expect(verifications).toEqual([{ tier: tiers[0]?.name, hook: "verify" }]);
      expect(verifications.map(({ hook }) => weka.hooks[hook]?.targets)).toEqual(["one"]);
    }
  });
});

describe("weka.pin", () => {
  it("keeps the stripe of the formed cluster, whatever its size becomes", () => {
    const formed = weka.pin?.(specWith({ tiers: { backend: { count: 20 } } }));
    const shrunk =
      formed === undefined
        ? specWith()
        : { ...formed, tiers: { ...formed.tiers, backend: { ...formed.tiers["backend"], count: 10 } } };
    expect(weka.check(shrunk as ClusterSpec).map(({ path, rule }) => [path, rule])).toEqual([
      ["weka.protection.data", "Data, parity and spares lie on different servers: 16 + 2 + 2 need 20 of them."],
    ]);
  });

  it("changes nothing of what the spec means", () => {
    for (const deployment of weka.deployments) {
      const spec = specWith({ deployment });
      expect(weka.blueprint(weka.pin?.(spec) ?? spec)).toEqual(weka.blueprint(spec));
    }
  });
});

describe("weka.sectionSchema", () => {
  it("describes the section for editors", () => {
    expect(z.toJSONSchema(weka.sectionSchema, { io: "input" })).toMatchObject({
      type: "object",
      required: ["version", "tokenSecret"],
      additionalProperties: false,
    });
  });
});
