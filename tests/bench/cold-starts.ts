import { COLD_START_GOALS, median } from "../../infra/bundle/goals.ts";
import type { ColdStarts } from "./cold-start.ts";
import { goal, type Goal } from "./goal.ts";
import { printTable } from "./print.ts";

export function printColdStarts({ empty, oneClient, functions }: ColdStarts): void {
  printTable([
    ["function", "bytes", "gzip", "import ms"],
    ...[empty, oneClient, ...functions].map(({ name, bytes, gzipBytes, importMs }) => [
      name,
      String(bytes),
      String(gzipBytes),
      importMs.toFixed(0),
    ]),
  ]);
}

export function coldStartGoals({ functions, oneClient }: ColdStarts): Goal[] {
  const bytes = functions.map((f) => f.bytes);
  const ratio = Math.max(...functions.map((f) => f.importMs)) / oneClient.importMs;
  return [
    goal(
      "bytes of a function's bundle, median",
      median(bytes),
      `<= ${COLD_START_GOALS.medianBytes}`,
      median(bytes) <= COLD_START_GOALS.medianBytes,
    ),
    goal(
      "bytes of the largest bundle",
      Math.max(...bytes),
      `<= ${COLD_START_GOALS.bytes}`,
      Math.max(...bytes) <= COLD_START_GOALS.bytes,
    ),
    goal(
      "slowest import against an empty handler with one SDK client",
      `${ratio.toFixed(2)} x`,
      `<= ${COLD_START_GOALS.importRatio} x`,
      ratio <= COLD_START_GOALS.importRatio,
    ),
  ];
}
