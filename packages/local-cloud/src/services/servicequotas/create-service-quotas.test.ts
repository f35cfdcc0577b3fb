import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ListRequestedServiceQuotaChangeHistoryByQuotaCommand,
  ListServiceQuotasCommand,
  NoSuchResourceException,
  RequestServiceQuotaIncreaseCommand,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { describe, expect, it } from "vitest";
import type { AccessRequest } from "../../kernel/service.ts";
import { clientSettings, roleCaller, testCloud } from "../../testing/test-cloud.ts";
import { createServiceQuotas, type ServiceQuotasOptions } from "./create-service-quotas.ts";
import { calmQuotas, type QuotaDials } from "./dials.ts";
import { generousQuotas } from "./quota-table.ts";

const standard = { ServiceCode: "ec2", QuotaCode: "L-1216C47A" };

function withQuotas(options: Omit<ServiceQuotasOptions, "dials"> & { dials?: Partial<QuotaDials> } = {}) {
  const cloud = testCloud();
  const dials: QuotaDials = { ...calmQuotas, ...options.dials };
  const quotas = createServiceQuotas(cloud.context, { ...options, dials });
  cloud.register(quotas);
  const client = cloud.connect(new ServiceQuotasClient(clientSettings));
  const get = async (input: { ServiceCode: string; QuotaCode: string }) =>
    (await cloud.run(client.send(new GetServiceQuotaCommand(input)))).Quota;
  const ask = (DesiredValue: number) =>
    cloud.run(client.send(new RequestServiceQuotaIncreaseCommand({ ...standard, DesiredValue })));
  const history = async () =>
    (await cloud.run(client.send(new ListRequestedServiceQuotaChangeHistoryByQuotaCommand(standard)))).RequestedQuotas;
  return { cloud, client, quotas, dials, get, ask, history };
}

describe("a new account", () => {
  it.each([
    ["ec2", "L-1216C47A", 5],
    ["ec2", "L-34B43A08", 5],
    ["ec2", "L-DB2E81BA", 0],
    ["vpc", "L-DF5E4CA3", 5_000],
    ["vpc", "L-2AFB9258", 5],
    ["ebs", "L-7A658B76", 50],
    ["ebs", "L-09BD8365", 20],
    ["events", "L-244521F2", 300],
  ])("has AWS's default of %s %s: %i", async (ServiceCode, QuotaCode, value) => {
    const { get, quotas } = withQuotas();
    expect((await get({ ServiceCode, QuotaCode }))?.Value).toBe(value);
    expect(quotas.quotaValue(ServiceCode, QuotaCode)).toBe(value);
  });

  it("is shown with the metric of its use", async () => {
    const { get } = withQuotas();
    expect(await get(standard)).toMatchObject({
      QuotaArn: "arn:aws:servicequotas:eu-central-1:123456789012:ec2/L-1216C47A",
      QuotaName: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
      Adjustable: true,
      GlobalQuota: false,
      UsageMetric: {
        MetricNamespace: "AWS/Usage",
        MetricName: "ResourceCount",
        MetricDimensions: { Class: "Standard/OnDemand", Resource: "vCPU", Service: "EC2", Type: "Resource" },
        MetricStatisticRecommendation: "Maximum",
      },
    });
  });
});

describe("a value of the account's own", () => {
  it("is given at the start or later, and hides no default", async () => {
    const { cloud, client, quotas, get } = withQuotas({ applied: generousQuotas });
    expect((await get(standard))?.Value).toBe(10_000);
    quotas.setApplied({ serviceCode: "ec2", quotaCode: "L-1216C47A", value: 640 });
    expect((await get(standard))?.Value).toBe(640);
    expect(quotas.quotaValue("ec2", "L-1216C47A")).toBe(640);
    const asDefault = await cloud.run(client.send(new GetAWSDefaultServiceQuotaCommand(standard)));
    expect(asDefault.Quota).toMatchObject({
      Value: 5,
      QuotaArn: "arn:aws:servicequotas:eu-central-1::ec2/L-1216C47A",
    });
  });

  it("is all that GetServiceQuota finds, for quotas that were never touched", async () => {
    const { cloud, client, quotas, get } = withQuotas({ dials: { isDefaultOnly: (service) => service === "ebs" } });
    const gp3 = { ServiceCode: "ebs", QuotaCode: "L-7A658B76" };
    await expect(get(gp3)).rejects.toBeInstanceOf(NoSuchResourceException);
    const asDefault = await cloud.run(client.send(new GetAWSDefaultServiceQuotaCommand(gp3)));
    expect(asDefault.Quota?.Value).toBe(50);
    quotas.setApplied({ serviceCode: "ebs", quotaCode: "L-7A658B76", value: 300 });
    expect((await get(gp3))?.Value).toBe(300);
  });
});

describe("what does not exist", () => {
  it.each([
    ["network interfaces under ec2", { ServiceCode: "ec2", QuotaCode: "L-DF5E4CA3" }],
    ["gp3 under ec2", { ServiceCode: "ec2", QuotaCode: "L-7A658B76" }],
    ["a code nobody has", { ServiceCode: "ec2", QuotaCode: "L-00000000" }],
    ["a service nobody has", { ServiceCode: "ec3", QuotaCode: "L-1216C47A" }],
  ])("is %s", async (_, input) => {
    const { cloud, client, get, quotas } = withQuotas();
    await expect(get(input)).rejects.toMatchObject({ name: "NoSuchResourceException" });
    await expect(cloud.run(client.send(new GetAWSDefaultServiceQuotaCommand(input)))).rejects.toMatchObject({
      name: "NoSuchResourceException",
    });
    expect(quotas.quotaValue(input.ServiceCode, input.QuotaCode)).toBeUndefined();
  });
});

it("lists a service's quotas page by page", async () => {
  const { cloud, client } = withQuotas();
  const codes: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloud.run(
      client.send(new ListServiceQuotasCommand({ ServiceCode: "vpc", MaxResults: 4, ...(NextToken && { NextToken }) })),
    );
    codes.push(...(page.Quotas ?? []).map(({ QuotaCode }) => QuotaCode));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(codes).toEqual(["L-0EA8095F", "L-2AFB9258", "L-407747CB", "L-DF5E4CA3", "L-E79EC296", "L-F678F1CE"]);
});

describe("a request for more", () => {
  it("is pending, becomes a case, is approved, and then holds", async () => {
    const { cloud, quotas, ask, history } = withQuotas();
    const asked = await ask(640);
    expect(asked.RequestedQuota).toMatchObject({ Status: "PENDING", DesiredValue: 640, QuotaCode: "L-1216C47A" });
    await cloud.clock.advance(120_000);
    expect((await history())?.map(({ Status }) => Status)).toEqual(["CASE_OPENED"]);
    expect(quotas.quotaValue("ec2", "L-1216C47A")).toBe(5);
    await cloud.clock.advance(1_800_000);
    expect(quotas.quotaValue("ec2", "L-1216C47A")).toBe(640);
    expect((await history())?.map(({ Status }) => Status)).toEqual(["APPROVED"]);
  });

  it("may be denied, and changes nothing then", async () => {
    const { cloud, quotas, ask, history } = withQuotas({
      dials: { decide: () => ({ afterMs: 60_000, status: "DENIED" }) },
    });
    await ask(640);
    await cloud.clock.advance(120_000);
    expect((await history())?.map(({ Status }) => Status)).toEqual(["DENIED"]);
    expect(quotas.quotaValue("ec2", "L-1216C47A")).toBe(5);
  });

  it("is refused while another is open", async () => {
    const { cloud, ask } = withQuotas({ dials: { decide: () => undefined } });
    await ask(640);
    await cloud.clock.advance(86_400_000);
    await expect(ask(1_280)).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
      message: "Only one open service quota increase request is allowed per quota.",
    });
  });

  it("is refused unless it asks for more", async () => {
    const { ask } = withQuotas();
    await expect(ask(5)).rejects.toMatchObject({ name: "IllegalArgumentException" });
  });
});

it("asks IAM for the quota's ARN where there is one", async () => {
  const asked: AccessRequest[] = [];
  const cloud = testCloud({
    authorize: (_, requests) => {
      asked.push(...requests);
      return requests.find(({ action }) => action === "servicequotas:RequestServiceQuotaIncrease");
    },
  });
  cloud.register(createServiceQuotas(cloud.context));
  const client = cloud.connect(new ServiceQuotasClient(clientSettings), roleCaller("preflight"));
  await cloud.run(client.send(new GetServiceQuotaCommand(standard)));
  const more = new RequestServiceQuotaIncreaseCommand({ ...standard, DesiredValue: 10 });
  await expect(cloud.run(client.send(more))).rejects.toMatchObject({ name: "AccessDeniedException" });
  expect(asked).toEqual([
    { action: "servicequotas:GetServiceQuota", resource: "*" },
    {
      action: "servicequotas:RequestServiceQuotaIncrease",
      resource: "arn:aws:servicequotas:eu-central-1:123456789012:ec2/L-1216C47A",
      context: { "servicequotas:service": "ec2" },
    },
  ]);
});
