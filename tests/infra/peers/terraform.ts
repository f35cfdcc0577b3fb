import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SynthesizedStage } from "../synthesize-stage.ts";
import { run, verdictOn, type Peer, type Ran, type Verdict } from "./peer.ts";
import { readSchema } from "./terraform-schema.ts";
import { toTerraform, type Translation } from "./to-terraform.ts";

/** A stage as a Terraform configuration in a folder of its own, initialised. */
export interface TerraformProject {
  readonly translation: Translation;
  readonly summary: string;
  /** Writes the configuration anew, with these resources. */
  readonly save: (resource: Translation["resource"]) => void;
  readonly terraform: (...args: readonly string[]) => Promise<Ran>;
}

/** Validates every resource with the AWS provider's own schema and validators, which know values and formats. */
export const terraformPeer: Peer = {
  name: "terraform validate",
  judge: async (stage) => {
    const project = await openProject(stage, "validate", {});
    if ("kind" in project) return project;
    const { stdout } = await project.terraform("validate", "-json");
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] };
    const said = diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ address, summary, detail }) => `${address ?? ""}: ${summary}. ${detail ?? ""}`);
    return verdictOn([...project.translation.problems, ...said], project.summary);
  },
};

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail?: string;
  readonly address?: string;
}

/**
 * Where providers are taken from is Terraform's own configuration to say, or TF_PLUGIN_DIR.
 * Answers a verdict when there is no terraform, or no provider.
 */
export async function openProject(
  { recording, work }: SynthesizedStage,
  name: string,
  provider: Readonly<Record<string, unknown>>,
): Promise<TerraformProject | Verdict> {
  const folder = join(work, `terraform-${name}`);
  mkdirSync(folder, { recursive: true });
  const save = (resource: Translation["resource"]) => {
    const configuration = { ...HEAD, provider: { aws: providerOf(recording.region, provider) } };
    // Terraform takes no empty list of resources.
    const all = Object.keys(resource).length === 0 ? configuration : { ...configuration, resource };
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(all));
  };
  save({});
  const plugins = process.env["TF_PLUGIN_DIR"];
  const call = (...args: readonly string[]) =>
    run("terraform", [`-chdir=${folder}`, ...args], { env: { ...process.env, CHECKPOINT_DISABLE: "1" } });
  const initialised = await call(
    "init",
    "-no-color",
    "-input=false",
    ...(plugins === undefined ? [] : [`-plugin-dir=${plugins}`]),
  );
  if (initialised === undefined) return { kind: "skipped", notFound: "terraform" };
  if (initialised.status !== 0) {
    // Anything else that it does not like is a mistake of ours.
    return /Failed to query available provider packages/.test(initialised.stderr)
      ? { kind: "skipped", notFound: "Terraform's provider hashicorp/aws (TF_PLUGIN_DIR names the folder that has it)" }
      : { kind: "failed", problems: [initialised.stderr] };
  }
  const terraform = async (...args: readonly string[]): Promise<Ran> =>
    (await call(...args)) ?? { status: null, stdout: "", stderr: "terraform is gone" };
  const { version } = versionOf(await terraform("version", "-json"));
  const schema = await terraform("providers", "schema", "-json");
  const translation = toTerraform(recording, readSchema(schema.stdout, version), work);
  save(translation.resource);
  const count = Object.values(translation.resource).reduce((sum, all) => sum + Object.keys(all).length, 0);
  return { translation, save, terraform, summary: `${count} resources, hashicorp/aws ${version}` };
}

const HEAD = { terraform: { required_providers: { aws: { source: "hashicorp/aws" } } } };

function versionOf({ stdout }: Ran): { version: string } {
  const { provider_selections: selected } = JSON.parse(stdout) as { provider_selections: Record<string, string> };
  return { version: Object.values(selected)[0] ?? "0" };
}

/** Nothing real is ever called: there are no credentials but made-up ones. */
function providerOf(region: string, more: Readonly<Record<string, unknown>>) {
  return {
    region,
    access_key: "nobody",
    secret_key: "nothing",
    skip_credentials_validation: true,
    skip_metadata_api_check: true,
    skip_requesting_account_id: true,
    // A peer that lacks an operation says so at once.
    max_retries: 2,
    ...more,
  };
}
