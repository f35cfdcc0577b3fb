import type { ForecastView } from "@muster/core";
import { dollars, table } from "./table.ts";
import { styles, type Terminal } from "./terminal.ts";

/** A forecast, for a person. */
export function forecastText(forecast: ForecastView, terminal: Pick<Terminal, "isInteractive">): string {
  const { bold, green, red, yellow, dim } = styles(terminal);
  const marks = { ok: green("ok  "), warn: yellow("warn"), block: red("no  "), unknown: yellow("?   ") } as const;
  const tiers = forecast.tiers.map((tier) => [
    `  ${tier.name}`,
    String(tier.count),
    tier.instanceType,
    tier.purchase,
    String(tier.vCpus),
    String(tier.addresses),
    `${tier.storageGiB} GiB`,
    tier.dollarsPerHour === undefined ? "?" : dollars(tier.dollarsPerHour),
  ]);
  const findings = forecast.findings.flatMap((finding) => [
    `  ${marks[finding.verdict]}  ${finding.subject}: ${finding.measured}${finding.needed === "" ? "" : dim(` (needed: ${finding.needed})`)}`,
    ...(finding.verdict === "ok" ? [] : [`        ${finding.remedy}`]),
  ]);
  return [
    bold(`Forecast of ${forecast.cluster} (${forecast.product} ${forecast.deployment})`),
    ...forecast.summary.map((line) => `  ${line}`),
    "",
    table([["  tier", "nodes", "type", "purchase", "vCPU", "addresses", "EBS", "$/hour"], ...tiers]),
    "",
    "  limits:",
    ...findings,
    "",
    "  steps:",
    ...forecast.steps.map((step) => `    ${String(step.minutes).padStart(5)} min  ${step.name}`),
    "",
    `  ${bold(`${forecast.minutes} minutes`)}, ${forecast.dollarsPerHour === undefined ? "price not known" : bold(`${dollars(forecast.dollarsPerHour)} per hour`)} while it runs (list price, us-east-1, on-demand)`,
    `  deploying it costs about ${dollars(forecast.controlPlaneDollars)} of Step Functions, Lambda and DynamoDB, with about ${forecast.calls} calls to AWS`,
    "",
    forecast.canDeploy ? green("  Every limit is fine.") : red("  It cannot be deployed: see the limits marked no."),
    "",
  ].join("\n");
}
