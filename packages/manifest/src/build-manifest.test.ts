import { describe, expect, it } from "vitest";
import { buildManifest } from "./build-manifest.ts";

const place = { stage: "dev", region: "eu-west-1", account: "123456789012" };
const document = { name: "weka-prepare", content: {} };
const manifest = buildManifest(place, [document]);

describe("names", () => {
  // Of the services' own quotas.
  it.each([
    ["roles", 64, (m: typeof manifest) => rolesOf(m).map((role) => role.name)],
    ["functions", 64, (m: typeof manifest) => m.functions.map((f) => f.functionName)],
    ["machines", 80, (m: typeof manifest) => m.machines.map((machine) => machine.machineName)],
    ["rules", 64, (m: typeof manifest) => m.rules.map((rule) => rule.name)],
    ["schedules", 64, (m: typeof manifest) => m.schedules.map((schedule) => schedule.name)],
    ["queues", 80, (m: typeof manifest) => m.queues.map((queue) => queue.name)],
    ["documents", 128, (m: typeof manifest) => m.documents.map((doc) => doc.name)],
    ["alarms", 255, (m: typeof manifest) => m.alarms.map((alarm) => alarm.name)],
  ])("of %s fit in %i characters in the longest stage and region, and none is there twice", (_, limit, namesOf) => {
    const names = namesOf(buildManifest({ ...place, stage: "s".repeat(20), region: "ap-southeast-7" }, [document]));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => name.length > limit)).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it("of two stages have nothing in common", () => {
    const text = JSON.stringify(buildManifest({ ...place, stage: "other" }, [document]));
    expect(text).not.toMatch(/muster-dev|muster\/dev/);
  });
});

describe("machines", () => {
  it("are listed after every machine that they start", () => {
    const listed: string[] = [];
    for (const { name, substitutions } of manifest.machines) {
      const started = Object.keys(substitutions).flatMap((key) => (key.startsWith("machine:") ? [key.slice(8)] : []));
      expect(started.filter((other) => !listed.includes(other))).toEqual([]);
      listed.push(name);
    }
  });

  it("may call any version of what they name, since an older execution names an older one", () => {
    for (const { role, substitutions } of manifest.machines) {
      const functions = Object.entries(substitutions).flatMap(([key, arn]) =>
        key.startsWith("function:") ? [arn] : [],
      );
      const grant = role.statements.find(({ actions }) => actions.includes("lambda:InvokeFunction"));
      expect(grant?.resources).toEqual(functions.map((arn) => `${arn}:*`));
    }
  });
});

describe("permissions", () => {
  it("on everything say why", () => {
    const silent = rolesOf(manifest)
      .flatMap((role) => [...role.statements, ...role.serviceStatements])
      .filter(({ resources, wildcardReason }) => resources.includes("*") && wildcardReason === undefined);
    expect(silent).toEqual([]);
  });

  it("have a name of their own within their role", () => {
    for (const { name, statements, serviceStatements } of rolesOf(manifest)) {
      const sids = [...statements, ...serviceStatements].map(({ sid }) => sid);
      expect([name, new Set(sids).size]).toEqual([name, sids.length]);
    }
  });
});

describe("concurrency", () => {
  const reserved = (m: typeof manifest) =>
    m.functions.filter((f) => f.reservedConcurrency !== undefined).map((f) => f.name);

  it("is set aside for what EC2 throttles together, and leaves the account the 100 that AWS asks for", () => {
    expect(reserved(manifest)).toEqual(["launch-nodes", "watch-progress", "terminate-nodes", "reconcile-clusters"]);
    const sum = manifest.functions.reduce((total, f) => total + (f.reservedConcurrency ?? 0), 0);
    expect(sum).toBeLessThanOrEqual(1_000 - 100);
  });

  it("is not where the account has too little of it", () => {
    expect(reserved(buildManifest(place, [], { reserveConcurrency: false }))).toEqual([]);
  });
});

describe("the table", () => {
  it.each([
    ["production", true],
    ["dev", false],
  ])("of stage %s is protected: %s", (stage, isProtected) => {
    expect(buildManifest({ ...place, stage }, []).table.isProtected).toBe(isProtected);
  });
});

describe("events", () => {
  it("go to a function that the manifest has, and what cannot be delivered to a queue that it has", () => {
    const functions = manifest.functions.map(({ name }) => name);
    const queues = manifest.queues.map(({ arn }) => arn);
    for (const { functionName, deadLetterQueueArn } of [...manifest.rules, ...manifest.schedules]) {
      expect(functions).toContain(functionName);
      expect(queues).toContain(deadLetterQueueArn);
    }
  });

  it("of clusters' alarms are told from the stack's own, which are for people", () => {
    const [prefix] = manifest.rules.flatMap(
      ({ pattern }) => JSON.stringify(pattern).match(/"(muster-dev-cluster-)"/)?.[1] ?? [],
    );
    expect(prefix).toBeDefined();
    expect(manifest.alarms.filter(({ name }) => name.startsWith(prefix ?? ""))).toEqual([]);
  });
});

function rolesOf({ functions, machines, schedules }: typeof manifest) {
  return [...functions, ...machines, ...schedules].map(({ role }) => role);
}
