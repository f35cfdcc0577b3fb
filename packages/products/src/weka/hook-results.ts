import { HookResultError, ruleOfIssue, type HookContext, type HookResult } from "@muster/core";
import * as z from "zod/mini";
import { readJson } from "./cli/read.ts";
import { healthyServersMin } from "./protection.ts";
import { askedProtection, planOf } from "./spec-section.ts";

/** Reads the one JSON object that a script printed, by its schema. @throws {HookResultError} naming the field */
function read<S extends z.core.$ZodType>(hook: string, schema: S, stdout: string): z.output<S> {
  const parsed = z.safeParse(schema, readJson(stdout, `weka ${hook}`));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const keys = issue?.code === "unrecognized_keys" ? issue.keys.join(", ") : (issue?.path.join(".") ?? "");
  throw new HookResultError(
    `weka ${hook} printed a result with an unexpected ${keys}: it ${issue === undefined ? "is wrong" : ruleOfIssue(issue)}`,
  );
}

const count = z.int().check(z.gte(0));

const prepared = z.strictObject({
  state: z.enum(["prepared", "member"]),
  instance: z.string(),
  address: z.string(),
  release: z.string(),
});

export function parsePrepare(stdout: string): HookResult {
  const { state, release } = read("prepare", prepared, stdout);
  return { ok: true, blockers: [], facts: { release, isMember: state === "member" } };
}

const formed = z.strictObject({
  state: z.literal("formed"),
  guid: z.string(),
  release: z.string(),
  io: z.string(),
  servers: count,
  drives: count,
  filesystem: z.string(),
});

export function parseForm(stdout: string): HookResult {
  const { guid, release, io, servers, drives } = read("form", formed, stdout);
  const blockers = io === "STARTED" ? [] : [`The cluster serves no IO: it says ${io}.`];
  return { ok: blockers.length === 0, blockers, facts: { guid, release, servers, drives } };
}

const joined = z.strictObject({
  state: z.literal("joined"),
  guid: z.string(),
  address: z.string(),
  release: z.string(),
  drives: count,
});

export function parseJoin(stdout: string): HookResult {
  const { guid, drives } = read("join", joined, stdout);
  return { ok: true, blockers: [], facts: { guid, drives } };
}

const seen = z.strictObject({
  state: z.literal("seen"),
  guid: z.string(),
  release: z.string(),
  status: z.string(),
  io: z.string(),
  upgrade: z.string(),
  data: count,
  parity: count,
  hotSpares: count,
  servers: count,
  containersDown: count,
  down: z.array(z.string()),
  strangers: count,
  drives: count,
  drivesExpected: count,
  drivesBad: count,
  drivesPhasingIn: count,
  totalBytes: count,
  unprovisionedBytes: count,
  filesystem: z.boolean(),
  alerts: count,
});

/** States in which data is whole. REDISTRIBUTING: it moves because servers came or went (docs.weka.io, "Status words"). */
const WHOLE: readonly string[] = ["OK", "REDISTRIBUTING"];

export function parseVerify(stdout: string, context: HookContext): HookResult {
  const result = read("verify", seen, stdout);
  const { section, filesystem } = planOf(context.spec);
  const asked = { data: result.data, parity: result.parity, ...askedProtection(section) };
  const blockers: string[] = [];
  if (result.io !== "STARTED") blockers.push(`The cluster serves no IO: it says ${result.io}.`);
  if (!WHOLE.includes(result.status)) blockers.push(`The cluster says ${result.status}.`);
  if (result.containersDown > 0) {
    const more = result.containersDown - result.down.length;
    blockers.push(`Containers are not up: ${result.down.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`);
  }
  if (result.drives < result.drivesExpected) {
    blockers.push(`The cluster has ${result.drives} of its members' ${result.drivesExpected} drives.`);
  }
  if (result.drivesBad > 0) blockers.push(`${result.drivesBad} drives are not active.`);
  if (result.data !== asked.data || result.parity !== asked.parity) {
    blockers.push(
      `Stripes are ${result.data} + ${result.parity}, and the spec says ${asked.data} + ${asked.parity}; that cannot be changed any more.`,
    );
  }
  if (!result.filesystem) blockers.push(`There is no filesystem ${filesystem?.name ?? ""}.`);
  return {
    ok: blockers.length === 0,
    blockers,
    facts: {
      release: result.release,
      status: result.status,
      servers: result.servers,
      drives: result.drives,
      totalBytes: result.totalBytes,
      unprovisionedBytes: result.unprovisionedBytes,
      alerts: result.alerts,
      healthyServersMin: healthyServersMin(result),
      isMovingData: result.status === "REDISTRIBUTING" || result.drivesPhasingIn > 0,
      lostServers: result.strangers,
    },
  };
}

const mounted = z.strictObject({
  state: z.literal("mounted"),
  address: z.string(),
  path: z.string(),
  filesystem: z.string(),
  network: z.string(),
});

export function parseMount(stdout: string): HookResult {
  const { path, filesystem } = read("mount", mounted, stdout);
  return { ok: true, blockers: [], facts: { path, filesystem } };
}

const unmounted = z.strictObject({ state: z.enum(["unmounted", "busy"]), path: z.string() });

export function parseUnmount(stdout: string): HookResult {
  const { state, path } = read("unmount", unmounted, stdout);
  const blockers =
    state === "busy" ? [`${path} is in use: a process has files open there, or its working directory.`] : [];
  return { ok: blockers.length === 0, blockers, facts: { path } };
}
