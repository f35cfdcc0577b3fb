import { aWorld, type World } from "@muster/testing/world";
import { buildManifest, type Statement } from "@muster/manifest";
import { beforeAll, describe, expect, it } from "vitest";
import { holdersOf, refusedIn, unusedIn, withStatements } from "./least-privilege/grants.ts";
import { lives } from "./least-privilege/lives.ts";

/**
 * What Muster may do is what it does: every permission of the stack has been used by something that can happen to a
 * cluster, and nothing that happens is refused. Held against the embedded IAM, which asks what AWS would ask.
 */
const manifest = buildManifest({ stage: "local", region: "us-east-1", account: "000000000000" }, []);
const statements = [...holdersOf(manifest)].flatMap(([owner, holder]) =>
  [...holder.statements, ...(holder.serviceStatements ?? [])].map((statement) => ({ owner, statement })),
);

/**
 * AWS asks for these, and the embedded cloud does not yet: a spot request that is tagged when it is made is evaluated in
 * the RunInstances statement too. EC2 User Guide, "Tag Spot Instance requests".
 */
const NOT_ASKED_FOR_HERE = ["launch-nodes", "plan-cluster", "run-preflight"].map(
  (owner) => `${owner} LaunchTagged: resource arn:aws:ec2:us-east-1:000000000000:spot-instances-request/*`,
);

/**
 * Actions that know no resource, so that a policy can only say `*`: the Service Authorization Reference lists no resource
 * type for them.
 */
const WITHOUT_RESOURCES: readonly RegExp[] = [
  /^ec2:Describe/,
  /^iam:GetAccountSummary$/,
  /^ssm:(DescribeInstanceInformation|ListCommands|ListCommandInvocations|GetCommandInvocation)$/,
  /^servicequotas:(GetServiceQuota|GetAWSDefaultServiceQuota)$/,
  /^secretsmanager:GetRandomPassword$/,
  /^states:SendTask(Success|Failure)$/,
  /^xray:(PutTraceSegments|PutTelemetryRecords|GetSampling(Rules|Targets))$/,
  /^logs:(Create|Get|Update|Delete)LogDelivery$/,
  /^logs:(ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$/,
];

/** Any resource of a type, without a condition: what is used, and not made or changed, and what only AWS has. */
const ANY_OF_A_TYPE: readonly string[] = ["LaunchWith", "ReadPublicImageParameters"];

describe("everything that can happen to a cluster", () => {
  const worlds: World[] = [];

  beforeAll(async () => {
    for (const { options, live } of lives) {
      const world = await aWorld(options);
      await live(world);
      worlds.push(world);
    }
  }, 60_000);

  it("uses every permission that the stack gives", () => {
    expect(unusedIn(worlds)).toEqual(NOT_ASKED_FOR_HERE);
  });

  it("needs no other", () => {
    expect(refusedIn(worlds)).toEqual([]);
  });
});

describe("a permission too many, or too few", () => {
  const life = lives.find(({ title }) => title.startsWith("workflows are stopped"));
  if (life === undefined) throw new Error("there is no such life");

  async function liveWith(owner: string, change: (statements: readonly Statement[]) => readonly Statement[]) {
    const world = await aWorld({ ...life?.options, manifest: withStatements(owner, change) });
    // What is refused may keep it from coming to its end.
    await life?.live(world).catch(() => undefined);
    return world;
  }

  it("is found: a statement that nothing needs", async () => {
    const idle = { sid: "Idle", actions: ["s3:GetObject"], resources: ["arn:aws:s3:::bucket/*"] };
    const world = await liveWith("launch-nodes", (all) => [...all, idle]);
    expect(unusedIn([world])).toEqual(
      expect.arrayContaining([
        "launch-nodes Idle: action s3:GetObject",
        "launch-nodes Idle: resource arn:aws:s3:::bucket/*",
      ]),
    );
  });

  it("is found: an action more in a statement that is needed", async () => {
    const world = await liveWith("reconcile-clusters", (all) =>
      all.map((one) =>
        one.sid === "EndOwnInstances" ? { ...one, actions: [...one.actions, "ec2:StopInstances"] } : one,
      ),
    );
    const found = unusedIn([world]).filter((grant) => grant.startsWith("reconcile-clusters EndOwnInstances"));
    expect(found).toEqual(["reconcile-clusters EndOwnInstances: action ec2:StopInstances"]);
  });

  it("is found: a statement that is gone", async () => {
    const world = await liveWith("reconcile-clusters", (all) => all.filter(({ sid }) => sid !== "DeleteOwnLeftovers"));
    expect(refusedIn([world])).toEqual([
      expect.stringMatching(
        /^muster-local-us-east-1-reconcile-clusters: ec2:DeleteNetworkInterface on arn:aws:ec2:.*network-interface/,
      ),
    ]);
  });
});

describe("every statement", () => {
  it("has a name of its own in its role", () => {
    const names = statements.map(({ owner, statement }) => `${owner} ${statement.sid}`);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it("names its actions, without a wildcard", () => {
    const wild = statements.filter(({ statement }) =>
      statement.actions.some((action) => !/^[a-z0-9-]+:[A-Za-z]+$/.test(action)),
    );
    expect(wild.map(({ owner, statement }) => `${owner} ${statement.sid}`)).toEqual([]);
  });

  it("says * only for actions that know no resources, and why", () => {
    const wrong = statements
      .filter(({ statement }) => statement.resources.includes("*"))
      .flatMap(({ owner, statement }) => [
        ...statement.actions
          .filter((action) => !WITHOUT_RESOURCES.some((known) => known.test(action)))
          .map((action) => `${owner} ${statement.sid}: ${action} can be narrowed`),
        ...((statement.wildcardReason ?? "") === "" ? [`${owner} ${statement.sid}: no reason is given`] : []),
      ]);
    expect(wrong).toEqual([]);
  });

  it("has a condition where it says any resource of a type, or says why not", () => {
    const broad = statements.filter(
      ({ statement }) =>
        statement.resources.some((resource) => resource !== "*" && /[:/]\*$/.test(resource) && !isOfStage(resource)) &&
        statement.conditions === undefined &&
        statement.wildcardReason === undefined &&
        !ANY_OF_A_TYPE.includes(statement.sid),
    );
    expect(broad.map(({ owner, statement }) => `${owner} ${statement.sid}`)).toEqual([]);
  });
});

/** The stage is in its name: `table/muster-local/...`, `secret:muster/local/*`. */
function isOfStage(resource: string): boolean {
  return /muster[-/]local/.test(resource);
}
