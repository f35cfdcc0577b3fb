import { forecastView, type ForecastView } from "@muster/core";
import { exampleSpec, failNext, stateOf, type WorldOptions } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment } from "../testing/deployment.ts";
import { expectProblem } from "../testing/expect-problem.ts";
import { ATTEMPTS_MAX } from "../testing/expect-troubles.ts";
import { aFunctionWorld, type FunctionWorld } from "../testing/function-world.ts";
import { without } from "../testing/permissions.ts";

const POST = "POST /v1/plans";
const findingsOf = (forecast: ForecastView, verdict: string) =>
  forecast.findings.flatMap((finding) => (finding.verdict === verdict ? [finding.id] : []));

/** The forecast, in the shape that the API's description promises. */
async function plan(world: FunctionWorld, spec: unknown = exampleSpec()): Promise<ForecastView> {
  const answer = await world.request(POST, { body: spec });
  expect([answer.status, answer.headers["content-type"]]).toEqual([200, "application/json"]);
  return forecastView.parse(answer.body);
}

describe("POST /v1/plans", () => {
  it("forecasts tiers, steps, findings and dollars", async () => {
    const forecast = await plan(await aFunctionWorld());
    expect(forecast).toMatchObject({ cluster: "demo", product: "weka", deployment: "client-backend", canDeploy: true });
    expect(forecast.tiers).toMatchObject([
      { name: "backend", count: 6, instanceType: "i3en.2xlarge", purchase: "on-demand", vCpus: 48 },
      { name: "client", count: 2, instanceType: "c5.2xlarge", vCpus: 16 },
    ]);
    expect(forecast.steps.map((step) => step.name)).toContain("form on one node");
    expect(forecast.steps.reduce((sum, step) => sum + step.minutes, 0)).toBeCloseTo(forecast.minutes, 1);
    const perTier = forecast.tiers.reduce((sum, tier) => sum + (tier.dollarsPerHour ?? 0), 0);
    expect(forecast.dollarsPerHour).toBeCloseTo(perTier, 2);
    expect(perTier).toBeGreaterThan(1);
    expect(findingsOf(forecast, "ok").length).toBe(forecast.findings.length);
  });

  it("touches nothing: no row, no instance, no workflow", async () => {
    const world = await aFunctionWorld();
    const before = await stateOf(world);
    await plan(world);
    expect(await stateOf(world)).toEqual(before);
    expect(world.muster.cloud.ec2.admin.leftovers({ key: "muster:stage" })).toEqual([]);
  });

  it("says the same when it is asked again", async () => {
    const world = await aFunctionWorld();
    expect(await plan(world)).toEqual(await plan(world));
  });

  it("forecasts a cluster of a name that is taken: what stands in its way is said when it is deployed", async () => {
    const world = await aDeployment("active");
    expect(await plan(world)).toMatchObject({ canDeploy: true });
  });
});

describe("a cluster that cannot be deployed is forecast all the same, with what is in the way:", () => {
  it.each<{ what: string; spec?: Readonly<Record<string, unknown>>; options?: WorldOptions; id: string }>([
    { what: "too few vCPUs", options: { quotas: [] }, id: "vcpu-quota.on-demand.L-1216C47A" },
    { what: "no such image", spec: { image: "ami-0123456789abcdef0" }, id: "image.x86_64" },
    {
      what: "no such token",
      spec: { weka: { version: "5.1.31", tokenSecret: "nobody/token" } },
      id: "secret.weka.tokenSecret",
    },
    {
      what: "a launch that EC2 would not allow",
      options: { manifest: without("plan-cluster", "LaunchTagged") },
      id: "launch-permission.backend",
    },
  ])("$what", async ({ spec = {}, options = {}, id }) => {
    const forecast = await plan(await aFunctionWorld(options), exampleSpec(spec));
    expect(forecast.canDeploy).toBe(false);
    expect(findingsOf(forecast, "block")).toContain(id);
    expect(forecast.findings.find((finding) => finding.id === id)?.remedy).toMatch(/\S+ \S+/);
  });
});

describe("what plan-cluster cannot read", () => {
  it("because it may not is an unknown, and the forecast goes on without it", async () => {
    const forecast = await plan(await aFunctionWorld({ manifest: without("plan-cluster", "ReadQuotas") }));
    expect(forecast.canDeploy).toBe(true);
    expect(findingsOf(forecast, "unknown")).toContain("interface-quota");
  });

  it("because AWS throttles it for ever is an unknown too", async () => {
    const world = await aFunctionWorld();
    failNext(world, "DescribeNetworkInterfaces", "throttle", { times: ATTEMPTS_MAX });
    expect(findingsOf(await plan(world), "unknown")).toEqual(["interface-quota"]);
  });

  it("at first it asks for again", async () => {
    const world = await aFunctionWorld();
    failNext(world, "DescribeNetworkInterfaces", "throttle", { times: 3 });
    expect(findingsOf(await plan(world), "unknown")).toEqual([]);
  });
});

describe("plan-cluster refuses", () => {
  it.each([
    { what: "a spec that breaks rules", body: exampleSpec({ name: "No!" }), status: 422, code: "SpecInvalid" },
    { what: "another product", body: exampleSpec({ product: "nobody" }), status: 422, code: "SpecInvalid" },
    { what: "no body", body: undefined, status: 422, code: "SpecInvalid" },
    { what: "no JSON", body: "{", status: 400, code: "InputInvalid" },
  ])("$what", async ({ body, status, code }) => {
    const world = await aFunctionWorld();
    expectProblem(await world.request(POST, body === undefined ? {} : { body }), status, code);
  });

  it("any other route", async () => {
    const world = await aFunctionWorld();
    expectProblem(await world.request("GET /v1/plans", {}, "plan-cluster"), 400, "InputInvalid");
  });
});
