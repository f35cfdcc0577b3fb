import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { idleCost } from "@muster/manifest";
import { checks } from "./checks/index.ts";
import { aslValidatorPeer } from "./peers/asl-validator.ts";
import { cfnLintPeer } from "./peers/cfn-lint.ts";
import { motoPeer } from "./peers/moto.ts";
import type { Peer } from "./peers/peer.ts";
import { terraformPeer } from "./peers/terraform.ts";
import { planted } from "./planted/index.ts";
import { installPlatform, isPlatformReady } from "./platform.ts";
import { renderResourceTypes } from "./resource-types.ts";
import { manifestOf } from "./stage-manifest.ts";
import { madeResources, type Recording } from "./synth/recording.ts";
import { ROOT, synthesizeStage, type SynthesizedStage } from "./synthesize-stage.ts";

/**
 * npm run verify:infra: everything about the deployment that a machine without an account can tell.
 *   --prepare       only what the tests need: SST's platform, and the types of sst.config.ts and infra/
 *   --write-types   writes sst-env.d.ts instead of comparing it
 * Peers are asked where they are installed; one that is not here is named.
 */
const STAGES = ["dev-ci", "production"];
const PEERS: readonly Peer[] = [terraformPeer, cfnLintPeer, aslValidatorPeer, motoPeer];
const TYPES = join(ROOT, "sst-env.d.ts");

const options = process.argv.slice(2);
let failures = 0;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const say = (isGood: boolean, line: string, problems: readonly string[] = []): void => {
  if (!isGood) failures++;
  print(`${isGood ? "ok     " : "FAILED "} ${line}`);
  for (const problem of problems) print(`        ${problem}`);
};

// Nothing can be told without it.
if (install()) {
  checkTypes();
  if (!options.includes("--prepare")) await verify();
}
print(failures === 0 ? "the infrastructure holds" : `${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;

function install(): boolean {
  if (isPlatformReady(ROOT)) {
    say(true, "SST's platform is there");
    return true;
  }
  print("...     installing SST's platform: about a minute, once");
  const problem = installPlatform(ROOT);
  say(problem === undefined, "SST's platform is installed", problem === undefined ? [] : [problem]);
  return problem === undefined;
}

function checkTypes(): void {
  const { status, stdout } = spawnSync("tsc", ["--project", "infra"], { cwd: ROOT, encoding: "utf8" });
  say(status === 0, "types of sst.config.ts and infra/", status === 0 ? [] : stdout.trim().split("\n"));
}

async function verify(): Promise<void> {
  const stages = await Promise.all(STAGES.map(synthesizeStage));
  try {
    for (const { recording } of stages) checkStage(recording);
    const [development, production] = stages;
    if (development === undefined || production === undefined) throw new Error("a stage is missing");
    checkResourceTypes(development.recording);
    for (const each of planted) checkPlanted(each, production.recording);
    printIdleCost(production.recording);
    for (const peer of PEERS) await askPeer(peer, development);
  } finally {
    for (const { remove } of stages) remove();
  }
}

function checkStage(recording: Recording): void {
  const manifest = manifestOf(recording);
  for (const [name, check] of Object.entries(checks)) {
    const problems = check(recording, manifest);
    say(problems.length === 0, `${recording.stage}: ${name}`, problems);
  }
  const counts = Map.groupBy(madeResources(recording), ({ type }) =>
    type.replace(/^(?:aws:)?(?:index\/)?(\w+)[:/].*:/, "$1 "),
  );
  print(`        ${madeResources(recording).length} resources in stage ${recording.stage}`);
  for (const [type, all] of [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    print(`        ${String(all.length).padStart(4)} ${type}`);
}

function checkResourceTypes(recording: Recording): void {
  const rendered = renderResourceTypes(recording);
  if (options.includes("--write-types")) writeFileSync(TYPES, rendered);
  const isFresh = readFileSync(TYPES, "utf8") === rendered;
  say(isFresh, "sst-env.d.ts is as SST writes it", isFresh ? [] : ["npm run verify:infra -- --write-types"]);
}

function checkPlanted({ mistake, check, plant, said }: (typeof planted)[number], good: Recording): void {
  const found = (checks[check]?.(plant(good), manifestOf(good)) ?? []).filter((sentence) => sentence.includes(said));
  say(found.length > 0, `planted: ${mistake}`, found.slice(0, 1));
}

function printIdleCost(recording: Recording): void {
  const { dollars, dollarsAfterFree } = idleCost(manifestOf(recording));
  print(`        idle: $${dollarsAfterFree} a month with what AWS gives every account, $${dollars} without`);
}

async function askPeer(peer: Peer, stage: SynthesizedStage): Promise<void> {
  const verdict = await peer.judge(stage);
  switch (verdict.kind) {
    case "passed":
      return say(true, `${peer.name}: ${verdict.summary}`);
    case "failed":
      return say(false, peer.name, verdict.problems);
    case "skipped":
      return print(`skipped ${peer.name}: ${verdict.notFound} not found`);
  }
}
