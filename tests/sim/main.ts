import { parseArgs } from "node:util";
import { plants } from "./planted.ts";
import { runScenario, type Outcome, type RunOptions } from "./run-scenario.ts";
import { drawScenario } from "./scenario.ts";

/**
 * npm run sim -- --seeds 1000            a thousand bad days
 * npm run sim -- --seed 42               one of them, with every call
 * npm run sim -- --seeds 200 --plant ledger   with a fault planted: it has to be found
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    plant: { type: "string" },
  },
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const plant = values.plant === undefined ? undefined : plants[values.plant];
if (values.plant !== undefined && plant === undefined) {
  print(`there is no plant ${values.plant}: ${Object.keys(plants).join(", ")}`);
  process.exit(2);
}
const options: RunOptions = plant === undefined ? {} : { functions: plant.functions };

if (values.seed !== undefined) {
  const scenario = drawScenario(Number(values.seed));
  print(`seed ${scenario.seed}: ${scenario.description}`);
  const outcome = await runScenario(scenario, { ...options, onCall: print });
  report(outcome);
  process.exitCode = outcome.wrong.length > 0 ? 1 : 0;
} else {
  process.exitCode = await runMany(Number(values.from), Number(values.seeds));
}

async function runMany(from: number, count: number): Promise<number> {
  const startedAt = performance.now();
  const ends = new Map<string, number>();
  let [calls, cloudSeconds] = [0, 0];
  const bad: Outcome[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await runScenario(drawScenario(seed), options);
    calls += outcome.calls;
    cloudSeconds += outcome.cloudSeconds;
    for (const end of outcome.ends) ends.set(end, (ends.get(end) ?? 0) + 1);
    if (outcome.wrong.length > 0) {
      bad.push(outcome);
      report(outcome);
      // With a planted fault one is enough: it was found.
      if (plant !== undefined) break;
    }
  }
  const seconds = (performance.now() - startedAt) / 1000;
  print(
    `${count} seeds, ${calls} calls to AWS, ${Math.round(cloudSeconds / 3600)} hours of cloud time in ${Math.round(seconds)} s`,
  );
  for (const [end, times] of [...ends].toSorted((a, b) => b[1] - a[1])) print(`  ${String(times).padStart(6)}  ${end}`);
  if (plant !== undefined) {
    print(bad.length > 0 ? `found: ${plant.fault} (seed ${bad[0]?.seed})` : `NOT found: ${plant.fault}`);
    return bad.length > 0 ? 0 : 1;
  }
  print(
    bad.length === 0
      ? "every invariant held"
      : `${bad.length} seeds broke an invariant: ${bad.map((outcome) => outcome.seed).join(", ")}`,
  );
  return bad.length === 0 ? 0 : 1;
}

function report(outcome: Outcome): void {
  print(
    `seed ${outcome.seed}: ${outcome.wrong.length === 0 ? "ok" : "WRONG"} ${outcome.ends.join(", ")} trace ${outcome.trace}`,
  );
  for (const problem of outcome.wrong) print(`  ${problem}`);
}
