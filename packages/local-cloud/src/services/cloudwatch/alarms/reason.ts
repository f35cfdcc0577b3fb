import { toIso } from "@muster/core";
import { comparisons, type AlarmConfiguration, type AlarmState } from "./alarm.ts";
import type { AlarmPoint, Evaluation } from "./evaluate.ts";

/** What an alarm says about itself before it was ever evaluated. */
export const INITIAL_REASON = "Unchecked: Initial alarm creation";

/** Why an alarm is in a state, in the sentences that CloudWatch uses. */
export function reasonFor(alarm: AlarmConfiguration, evaluation: Evaluation, state: AlarmState): string {
  const { points, filled } = evaluation;
  if (state === "INSUFFICIENT_DATA")
    return `Insufficient Data: ${counted(filled, "datapoint")} ${wasOrWere(filled)} unknown.`;
  if (points.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${counted(filled, "period")} and ${treated(alarm, filled)}.`;
  }
  const deciding = points.filter(({ isBreaching }) => isBreaching === (state === "ALARM"));
  const crossed = `${deciding.length} out of the last ${points.length} datapoints [${deciding.map(shownPoint).join(", ")}]`;
  const { words } = comparisons[alarm.comparison];
  const not = state === "ALARM" ? "" : "not ";
  const verdict = `${wasOrWere(deciding.length)} ${not}${words} the threshold (${javaDouble(alarm.threshold)})`;
  const also = filled > 0 && isFilled(alarm) ? ` and ${treated(alarm, filled)}` : "";
  return `Threshold Crossed: ${crossed} ${verdict}${also} (minimum ${counted(minimumFor(alarm, state), "datapoint")} for ${state === "ALARM" ? "OK -> ALARM" : "ALARM -> OK"} transition).`;
}

/** The same as data: JSON text inside JSON, as events carry it. */
export function reasonDataFor(alarm: AlarmConfiguration, evaluation: Evaluation, now: number): string {
  const { points } = evaluation;
  const oldest = points.at(-1);
  const fields = [
    `"version":"1.0"`,
    `"queryDate":"${alarmTime(now)}"`,
    ...(oldest === undefined ? [] : [`"startDate":"${alarmTime(oldest.at)}"`]),
    ...(alarm.unit === undefined ? [] : [`"unit":${JSON.stringify(alarm.unit)}`]),
    `"statistic":${JSON.stringify(alarm.statistic)}`,
    `"period":${alarm.periodMs / 1_000}`,
    `"recentDatapoints":[${points
      .toReversed()
      .map(({ value }) => javaDouble(value))
      .join(",")}]`,
    `"threshold":${javaDouble(alarm.threshold)}`,
  ];
  return `{${fields.join(",")}}`;
}

/** As alarm events write an instant: `2019-10-02T17:04:40.989+0000`. */
export function alarmTime(epochMs: number): string {
  return toIso(epochMs).replace("Z", "+0000");
}

/** A double as Java prints it, which is what shows in these texts: `50.0`, `1.0E7`. */
export function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits = "", exponent = ""] = value.toExponential().split("e");
    return `${withFraction(digits)}E${Number(exponent)}`;
  }
  return withFraction(String(value));
}

function withFraction(digits: string): string {
  return digits.includes(".") ? digits : `${digits}.0`;
}

function isFilled({ missingData }: AlarmConfiguration): boolean {
  return missingData === "breaching" || missingData === "notBreaching";
}

function treated(alarm: AlarmConfiguration, filled: number): string {
  const as = alarm.missingData === "breaching" ? "Breaching" : "NonBreaching";
  return `${counted(filled, "missing datapoint")} ${wasOrWere(filled)} treated as [${as}]`;
}

function minimumFor({ evaluationPeriods, datapointsToAlarm }: AlarmConfiguration, state: AlarmState): number {
  return state === "ALARM" ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
}

// Day, month and year of two digits, as in `99.5 (02/10/19 16:59:00)`.
function shownPoint({ at, value }: AlarmPoint): string {
  const [year = "", month = "", day = "", time = ""] = toIso(at).split(/[-TZ.]/);
  return `${javaDouble(value)} (${day}/${month}/${year.slice(2)} ${time})`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function wasOrWere(count: number): string {
  return count === 1 ? "was" : "were";
}
