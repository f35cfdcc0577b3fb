import { describe, expect, it } from "vitest";
import { BACKEND_TYPES } from "./backend-types.ts";
import { CLIENT_TYPE_NAMES, clientType } from "./client-types.ts";
import { backendShape, clientCoresMax, clientShape, coreSplit, rawBytesOf, totalCores } from "./sizing.ts";

const backends = Object.entries(BACKEND_TYPES).flatMap(([name, type]) =>
  [true, false].map((hasFrontend) => ({ name, type, hasFrontend })),
);
const clients = CLIENT_TYPE_NAMES().flatMap((name) =>
  [true, false].map((udp) => ({ name, udp, most: clientCoresMax(name, udp) })),
);

describe.each(backends)("the backend $name (frontend of its own: $hasFrontend)", ({ name, type, hasFrontend }) => {
  const shape = backendShape(name, hasFrontend);
  const split = coreSplit(type, hasFrontend);

  it("gives the same cores with and without a frontend: they go to compute", () => {
    expect(totalCores(split)).toBe(totalCores(coreSplit(type, !hasFrontend)));
    expect(split.frontend > 0).toBe(hasFrontend && type.frontendCores > 0);
  });

  it("leaves the system a physical core, and compute the memory that its type allows", () => {
    expect(totalCores(split)).toBeLessThan(type.vCpus / type.threadsPerCore);
    const beside = Number.parseFloat(coreSplit(type, true).computeMemory);
    expect(beside).toBeLessThanOrEqual(Number.parseFloat(coreSplit(type, false).computeMemory));
  });

  it("has an interface for every core and one to be managed by, and says to its hooks what it is made of", () => {
    expect(shape.interfaces).toBe(totalCores(split) + 1);
    expect(shape.parameters).toEqual({
      driveCores: `${split.drive}`,
      computeCores: `${split.compute}`,
      frontendCores: `${split.frontend}`,
      computeMemory: split.computeMemory,
      volumeGiB: `${48 + 10 * totalCores(split)}`,
      disks: `${type.disks}`,
    });
    expect(shape.volumes).toEqual([{ deviceName: "/dev/sdp", sizeGiB: 48 + 10 * totalCores(split), type: "gp3" }]);
  });
});

describe("a client", () => {
  it.each([
    { name: "c5.2xlarge", udp: false, most: 3, why: "four interfaces, one for the system" },
    { name: "c5.2xlarge", udp: true, most: 3, why: "four physical cores, one for the system" },
    { name: "hpc7a.12xlarge", udp: false, most: 1, why: "two interfaces" },
    { name: "hpc7a.12xlarge", udp: true, most: 11, why: "cores alone" },
    { name: "t3.micro", udp: true, most: 0, why: "no client of WEKA's" },
  ])("$name gives at most $most cores (UDP: $udp): $why", ({ name, udp, most }) => {
    expect(clientCoresMax(name, udp)).toBe(most);
  });

  it("of no type that WEKA takes has more interfaces than its network card, with as many cores as are allowed", () => {
    const beyond = clients.filter(({ name, udp, most }) => {
      const { interfaces } = clientShape(name, { cores: Math.max(1, most), udp });
      return most > 0 && interfaces > (clientType(name)?.interfacesMax ?? 0);
    });
    expect(beyond).toEqual([]);
  });

  it("can be at least one core of every type, one way or the other", () => {
    expect(clients.filter(({ udp, most }) => udp && most < 1)).toEqual([]);
  });

  it("over UDP has one interface, whatever its cores, and the same volume", () => {
    const [dpdk, udp] = [false, true].map((udp) => clientShape("m5.24xlarge", { cores: 3, udp }));
    expect([dpdk?.interfaces, udp?.interfaces]).toEqual([4, 1]);
    expect(udp?.volumes).toEqual(dpdk?.volumes);
  });
});

it("knows no shape of a type that WEKA does not take", () => {
  expect(() => backendShape("m5.large", true)).toThrow("m5.large is no WEKA backend");
  expect(() => clientShape("t3.micro", { cores: 1, udp: false })).toThrow("t3.micro is no WEKA client");
  expect(rawBytesOf("m5.large")).toBe(0);
});

it("counts a backend's raw bytes disk by disk, in decimal units as WEKA does", () => {
  expect(rawBytesOf("i3en.2xlarge")).toBe(2 * 2_500e9);
});
