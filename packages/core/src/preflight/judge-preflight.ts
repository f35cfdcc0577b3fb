import type { Resolved } from "../cluster/cluster.ts";
import { MusterError } from "../errors/muster-error.ts";
import type { Image } from "../ports/account.ts";
import type { Blueprint, NodeShape } from "../product/blueprint.ts";
import type { ClusterSpec } from "../spec/spec.ts";
import type { LaunchTrials, PreflightFacts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import { isKnown, unknownFinding } from "./finding-texts.ts";
import { judgeNamedThings, judgeQuotas } from "./judge-account.ts";
import { judgeSecurityGroups } from "./judge-network.ts";
import { judgePlacement } from "./judge-placement.ts";

export interface Preflight {
  readonly findings: readonly Finding[];
  readonly resolved: Resolved;
  /** The shape that each tier would be launched with first; absent where none can. */
  readonly firstShapes: ReadonlyMap<string, NodeShape>;
}

/** Every check that reads, judged. Nothing has been launched, and nothing will be. */
export function judgePreflight(spec: ClusterSpec, blueprint: Blueprint, facts: PreflightFacts): Preflight {
  const images = judgeImages(spec, facts);
  const placement = judgePlacement(blueprint, facts, images.ids);
  return {
    findings: distinct([
      ...images.findings,
      ...placement.findings,
      ...judgeQuotas(blueprint, placement.firstShapes, facts),
      ...judgeNamedThings(spec, blueprint, facts),
      ...judgeSecurityGroups(spec.network.securityGroups, blueprint, facts),
    ]),
    resolved: placement.resolved,
    firstShapes: placement.firstShapes,
  };
}

/** Tiers and subnets share types and limits: what is found twice in the same words is said once. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

/** What EC2 said to the launches that were tried without launching. */
export function judgeTrials(trials: LaunchTrials): Finding[] {
  return Object.entries(trials).map(([tier, trial]) => {
    const base = {
      id: `launch-permission.${tier}`,
      subject: `EC2 would allow the launch of tier ${tier} (dry run)`,
      needed: "allowed",
    };
    if (!isKnown(trial)) return unknownFinding(base.id, base.subject, trial.unknown);
    if (trial.known.outcome === "allowed") return { ...base, verdict: "ok", measured: "allowed", remedy: "" };
    return {
      ...base,
      verdict: "block",
      measured: `${trial.known.code}: ${trial.known.message}`,
      remedy: "Correct what EC2 names; if it is a permission, give it to the role of Muster's launch function.",
    };
  });
}

/** @throws {MusterError} PreflightFailed, when a finding blocks */
export function requireGoodFindings(cluster: string, findings: readonly Finding[]): void {
  const bad = findings.filter((finding) => finding.verdict === "block");
  if (bad.length === 0) return;
  throw new MusterError("PreflightFailed", {
    what: `Cluster ${cluster} cannot be launched: ${bad.length === 1 ? "one check says no" : `${bad.length} checks say no`}. Nothing was launched.`,
    why: `${someOf(bad.map((f) => `${f.subject}: ${f.measured}, needed: ${f.needed}`)).join("; ")} (PreflightFailed).`,
    // A line each: some are commands to be copied.
    remedy: someOf([...new Set(bad.map((f) => f.remedy))]).join("\n"),
    details: { findings: bad.map((f) => f.id) },
  });
}

/** A cause in Step Functions has 32,768 characters at most; the operation and the plan have every finding. */
function someOf(sentences: readonly string[]): string[] {
  const rest = sentences.length - SENTENCES_MAX;
  return rest <= 0 ? [...sentences] : [...sentences.slice(0, SENTENCES_MAX), `and ${rest} more, which the plan shows`];
}

const SENTENCES_MAX = 20;

function judgeImages(spec: ClusterSpec, facts: PreflightFacts): { findings: Finding[]; ids: Record<string, string> } {
  const findings: Finding[] = [];
  const ids: Record<string, string> = {};
  for (const [architecture, fact] of Object.entries(facts.images)) {
    const base = {
      id: `image.${architecture}`,
      subject: `AMI for ${architecture}${spec.image === undefined ? "" : ` (${spec.image})`}`,
      needed: `available, ${architecture}, IMDSv2`,
    };
    if (!isKnown(fact)) {
      // Without an AMI nothing can be launched: what cannot be read blocks here.
      findings.push({ ...unknownFinding(base.id, base.subject, fact.unknown), verdict: "block" });
    } else if (fact.known === undefined) {
      findings.push({
        ...base,
        verdict: "block",
        measured: "not there",
        remedy: "Name an AMI of this region in image, or leave it out for Amazon Linux 2023.",
      });
    } else if (fact.known.state !== "available" || fact.known.architecture !== architecture) {
      findings.push({
        ...base,
        verdict: "block",
        measured: `${fact.known.state}, ${fact.known.architecture}`,
        remedy: `Name an available AMI for ${architecture}.`,
      });
    } else {
      ids[architecture] = fact.known.id;
      findings.push(
        { ...base, verdict: "ok", measured: fact.known.id, remedy: "" },
        imdsFinding(architecture, fact.known),
      );
    }
  }
  return { findings, ids };
}

// Every launch requires IMDSv2; an AMI that is not marked for it may hold software that still speaks version 1.
function imdsFinding(architecture: string, image: Image): Finding {
  const base = {
    id: `imds-v2.${architecture}`,
    subject: `AMI ${image.id} is made for IMDSv2 only`,
    needed: "imds-support v2.0",
  };
  if (image.requiresImdsV2) return { ...base, verdict: "ok", measured: "imds-support v2.0", remedy: "" };
  return {
    ...base,
    verdict: "warn",
    measured: "not marked",
    remedy: "Instances are launched with HttpTokens: required; make sure that nothing on the AMI needs IMDSv1.",
  };
}
