import type { ForecastView } from "@muster/core";
import { dollars, table } from "./table.ts";
import { styles, type Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

type Screen = Pick<Terminal, "hasColor" | "columns">;

/** A forecast, for a person. */
export function forecastText(forecast: ForecastView, terminal: Screen): string {
  const { bold, green, red } = styles(terminal);
  const indented = (text: string) => wrap(text, { width: terminal.columns(), lead: "  " });
  return [
    bold(`Forecast of ${forecast.cluster} (${forecast.product} ${forecast.deployment})`),
    ...forecast.summary.flatMap(indented),
    "",
    tierTable(forecast),
    "",
    "  limits:",
    ...forecast.findings.flatMap((finding) => findingLines(finding, terminal)),
    "",
    "  steps:",
    ...forecast.steps.map((step) => `  ${step.minutes.toFixed(1).padStart(5)} min  ${step.name}`),
    "",
    ...indented(
      `${forecast.minutes.toFixed(1)} minutes, ${priceText(forecast)} while it runs (list price, us-east-1, on-demand).`,
    ),
    ...indented(
      `Deploying it costs about ${dollars(forecast.controlPlaneDollars)} of Step Functions, Lambda and DynamoDB, with about ${forecast.calls} calls to AWS.`,
    ),
    "",
    forecast.canDeploy ? green("  Every limit is fine.") : red("  It cannot be deployed: see the limits marked no."),
    "",
  ].join("\n");
}

function tierTable({ tiers }: ForecastView): string {
  const rows = tiers.map((tier) => [
    `  ${tier.name}`,
    String(tier.count),
    tier.instanceType,
    tier.purchase,
    String(tier.vCpus),
    String(tier.addresses),
    `${tier.storageGiB} GiB`,
    tier.dollarsPerHour === undefined ? "?" : dollars(tier.dollarsPerHour),
  ]);
  return table([["  tier", "nodes", "type", "purchase", "vCPU", "addresses", "EBS", "$/hour"], ...rows]);
}

function findingLines(
  { verdict, subject, measured, needed, remedy }: ForecastView["findings"][number],
  terminal: Screen,
): string[] {
  const { green, red, yellow } = styles(terminal);
  const marks = { ok: green, warn: yellow, block: red, unknown: yellow } as const;
  const lead = `  ${VERDICTS[verdict].padEnd(4)}  `;
  const width = terminal.columns();
  const [first = "", ...rest] = wrap(`${subject}: ${measured}${needed === "" ? "" : ` (needed: ${needed})`}`, {
    width,
    lead,
  });
  return [
    marks[verdict](lead) + first.slice(lead.length),
    ...rest,
    ...(verdict === "ok" || remedy === "" ? [] : [`        do: ${remedy}`]),
  ];
}

const VERDICTS = { ok: "ok", warn: "warn", block: "no", unknown: "?" } as const;

function priceText({ dollarsPerHour }: ForecastView): string {
  return dollarsPerHour === undefined ? "for a price that is not known" : `${dollars(dollarsPerHour)} per hour`;
}
