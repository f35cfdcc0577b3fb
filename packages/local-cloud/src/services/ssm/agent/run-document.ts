import type { Clock } from "@muster/core";
import type { NodeRuntime, NodeStepResult } from "../../../nodes/node-runtime.ts";
import type { DocumentContent, DocumentStep } from "../documents/schema.ts";
import { environmentOf, scriptOf, timeoutOf, type ParameterValues } from "./interpolate.ts";
import { agentAllows } from "./patterns.ts";

/** What one step came to. */
export interface StepReport {
  readonly name: string;
  readonly status: "Success" | "Failed" | "TimedOut" | "Cancelled";
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

interface DocumentRun {
  readonly clock: Clock;
  readonly runtime: NodeRuntime;
  readonly instanceId: string;
  readonly platform: "linux" | "windows";
  readonly agentVersion: string;
  readonly documentName: string;
  readonly content: DocumentContent;
  readonly values: ParameterValues;
  /** Ends the run: it was cancelled, or its node has died. */
  readonly signal: AbortSignal;
  /** Reboots the node, on a step's wish. */
  readonly reboot: () => Promise<void>;
  /** Told of each step as it ends. */
  readonly onStep: (report: StepReport) => void;
}

/** The exit code by which a script asks for a reboot and to be run again. */
const REBOOT_EXIT_CODE = 194;
/** What the agent reports of a process that it has stopped. */
const STOPPED_EXIT_CODE = 137;

/**
 * Runs the steps of a document in order, as the agent does: a step for another platform is skipped and counts as
 * success, a failed one does not keep the next from running unless it says `onFailure: exit`.
 */
export async function runDocument(run: DocumentRun): Promise<StepReport[]> {
  const refused = refusedByAgent(run);
  if (refused !== undefined) return [refused];
  const reports: StepReport[] = [];
  for (const step of run.content.steps) {
    if (run.signal.aborted) break;
    const report = isSkipped(step, run) ? skipped(step, run.clock.now()) : await runStep(step, run);
    reports.push(report);
    run.onStep(report);
    const failed = report.status !== "Success";
    if (report.status === "Cancelled" || step.isEnd || (failed && step.exitOnFailure)) break;
  }
  return reports;
}

/** The worst of its steps is the document's status: Failed, TimedOut, Cancelled, Success. So the agent adds them up. */
export function statusOf(reports: readonly StepReport[]): StepReport["status"] {
  const worst = (["Failed", "TimedOut", "Cancelled"] as const).find((status) =>
    reports.some((report) => report.status === status),
  );
  return worst ?? "Success";
}

async function runStep(step: DocumentStep, run: DocumentRun): Promise<StepReport> {
  const { clock } = run;
  const startedAt = clock.now();
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  run.signal.addEventListener("abort", onAbort, { once: true });
  let isTimedOut = false;
  const cancelTimer = clock.after(timeoutOf(step, run.values) * 1_000, () => {
    isTimedOut = true;
    stop.abort();
  });
  try {
    const result = await untilDone(step, run, stop.signal);
    const status = run.signal.aborted
      ? "Cancelled"
      : isTimedOut
        ? "TimedOut"
        : result.exitCode === 0
          ? "Success"
          : "Failed";
    const exitCode = stop.signal.aborted ? STOPPED_EXIT_CODE : result.exitCode;
    return { ...result, name: step.name, status, exitCode, startedAt, endedAt: clock.now() };
  } finally {
    cancelTimer();
    run.signal.removeEventListener("abort", onAbort);
  }
}

/** Once, and again after each reboot that the script asks for. */
async function untilDone(step: DocumentStep, run: DocumentRun, signal: AbortSignal): Promise<NodeStepResult> {
  for (;;) {
    const result = await run.runtime.run({
      instanceId: run.instanceId,
      documentName: run.documentName,
      stepName: step.name,
      script: scriptOf(step, run.content, run),
      environment: environmentOf(run.content, run),
      signal,
    });
    if (result.exitCode !== REBOOT_EXIT_CODE || signal.aborted) return result;
    await run.reboot();
    if (signal.aborted) return result;
  }
}

function isSkipped(step: DocumentStep, run: DocumentRun): boolean {
  return step.platform !== undefined && step.platform.toLowerCase() !== run.platform;
}

function skipped(step: DocumentStep, now: number): StepReport {
  const stdout = `Step execution skipped due to unsatisfied preconditions: '"StringEquals": [platformType, ${step.platform}]'. Step name: ${step.name}`;
  return { name: step.name, status: "Success", exitCode: 0, stdout, stderr: "", startedAt: now, endedAt: now };
}

/** The agent checks values against their patterns again, in its own dialect, and runs nothing when one does not fit. */
function refusedByAgent(run: DocumentRun): StepReport | undefined {
  for (const [name, value] of run.values) {
    const pattern = run.content.parameters.get(name)?.allowedPattern;
    if (pattern === undefined || [value].flat().every((one) => agentAllows(pattern, one))) continue;
    const now = run.clock.now();
    const stderr = `parameter value for ${name} does not match the allowed pattern ${pattern}`;
    const step = run.content.steps[0]?.name ?? "";
    return { name: step, status: "Failed", exitCode: 1, stdout: "", stderr, startedAt: now, endedAt: now };
  }
  return undefined;
}
