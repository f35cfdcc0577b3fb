import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { steps, type Step } from "./steps.ts";

/**
 * npm test: every step, even after one has failed, so that one run tells everything. The last line counts: a step that is
 * one program is one result, a test is one result.
 */
const total = { passed: 0, failed: 0 };
const print = (line: string): void => void process.stdout.write(`${line}\n`);
for (const step of steps) {
  const startedAt = performance.now();
  print(`\n> ${step.name}: ${step.command.join(" ")}`);
  const { passed, failed } = step.counts === "vitest" ? runVitest(step.command) : runProgram(step.command);
  total.passed += passed;
  total.failed += failed;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  print(`${failed === 0 ? "ok" : `FAILED${remedyOf(step)}`} (${seconds} s)`);
}
print(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

function runProgram([program, ...args]: Step["command"]): { passed: number; failed: number } {
  return succeeds(program, args) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function runVitest([program, ...args]: Step["command"]): { passed: number; failed: number } {
  const folder = mkdtempSync(join(tmpdir(), "muster-gate-"));
  try {
    const report = join(folder, "report.json");
    const isGood = succeeds(program, [...args, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]);
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8")) as Readonly<
      Record<"numPassedTests" | "numFailedTests", number>
    >;
    // A file that does not load has no tests to fail.
    return { passed: numPassedTests, failed: isGood ? numFailedTests : Math.max(1, numFailedTests) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function succeeds(program: string, args: readonly string[]): boolean {
  const { status, error } = spawnSync(program, args, { stdio: "inherit" });
  if (error !== undefined) throw error;
  return status === 0;
}

function remedyOf({ remedy }: Step): string {
  return remedy === undefined ? "" : `: ${remedy}`;
}
