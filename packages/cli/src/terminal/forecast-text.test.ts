import { describe, expect, it } from "vitest";
import { aForecastView } from "../testing/views.ts";
import { forecastText } from "./forecast-text.ts";

const text = (change: Parameters<typeof aForecastView>[0] = {}, columns = 80) =>
  forecastText(aForecastView(change), { hasColor: false, columns: () => columns });

const finding = { id: "x", subject: "vCPU quota (ec2 L-1216C47A)", measured: "32 vCPU", needed: "64 more" };

describe("a forecast", () => {
  it("shows tiers, limits, steps, dollars and minutes", () => {
    expect(text()).toMatchInlineSnapshot(`
      "Forecast of demo (weka client-backend)
        WEKA 5.1.31 on 6 x i3en.2xlarge: 30.0 TB raw, 13.5 TB net.

        tier     nodes  type          purchase   vCPU  addresses  EBS      $/hour
        backend  6      i3en.2xlarge  on-demand  48    24         516 GiB  $5.48

        limits:
        ok    Free addresses in subnet-1 (us-east-1a): 4091 (needed: 24)

        steps:
          0.1 min  Check limits
          2.6 min  Launch 6 backend nodes, until online

        2.7 minutes, $5.48 per hour while it runs (list price, us-east-1, on-demand).
        Deploying it costs about $0.00242 of Step Functions, Lambda and DynamoDB, with
        about 267 calls to AWS.

        Every limit is fine.
      "
    `);
  });

  it("shows what to do about a limit in the way, in one line that can be copied", () => {
    const remedy =
      "aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value 64";
    const blocked = text({ canDeploy: false, findings: [{ ...finding, verdict: "block", remedy }] });
    expect(blocked).toContain(
      `  no    vCPU quota (ec2 L-1216C47A): 32 vCPU (needed: 64 more)\n        do: ${remedy}\n`,
    );
    expect(blocked).toContain("  It cannot be deployed: see the limits marked no.\n");
  });

  it.each([
    ["warn", "warn"],
    ["unknown", "?"],
  ] as const)("marks a finding of verdict %s with %s", (verdict, mark) => {
    expect(text({ findings: [{ ...finding, verdict, remedy: "Look." }] })).toContain(
      `\n  ${mark.padEnd(4)}  vCPU quota (ec2 L-1216C47A): 32 vCPU (needed: 64 more)\n        do: Look.\n`,
    );
  });

  it("does not make up a price that nobody knows", () => {
    const { tiers, dollarsPerHour: _, ...rest } = aForecastView();
    const unpriced = tiers.map(({ dollarsPerHour: _price, ...tier }) => tier);
    const shown = forecastText({ ...rest, tiers: unpriced }, { hasColor: false, columns: () => 80 });
    expect(shown).toMatch(/516 GiB {2}\?$/m);
    expect(shown).toContain("2.7 minutes, for a price that is not known while it runs");
  });

  it("fits into 80 columns", () => {
    expect(
      text({ summary: [`${"word ".repeat(40)}end`] })
        .split("\n")
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });
});
