import { spawn, type ChildProcess } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { SynthesizedStage } from "../synthesize-stage.ts";
import type { Recording } from "../synth/recording.ts";
import { run, verdictOn, type Peer } from "./peer.ts";
import { startGapFiller } from "./moto-gaps.ts";
import { openProject, type TerraformProject } from "./terraform.ts";

/**
 * Deploys a stage to moto, upgrades it, and removes it again: order, references, names and formats, over AWS's own
 * protocols. moto allows everything and runs nothing: who may do what is the embedded cloud's to say.
 */
export const motoPeer: Peer = {
  name: "terraform apply and destroy against moto",
  judge: async (stage) => {
    if ((await run("moto_server", ["--help"])) === undefined) return { kind: "skipped", notFound: "moto_server" };
    const [motoPort, port] = [await freePort(), await freePort()];
    const moto = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(motoPort)], {
      env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: "true" },
      stdio: "ignore",
    });
    const gaps = await startGapFiller(port, motoPort);
    try {
      await until(`http://127.0.0.1:${motoPort}/moto-api/`, moto);
      const endpoint = `http://127.0.0.1:${port}`;
      const project = await openProject(stage, "apply", endpointsAt(endpoint));
      if ("kind" in project) return project;
      await makeAssetBucket(endpoint, stage.recording);
      const problems = [...project.translation.problems, ...(await liveAndDie(project, stage, endpoint))];
      return verdictOn(problems, `${project.summary}: applied, upgraded, destroyed`);
    } finally {
      gaps.close();
      moto.kill();
    }
  },
};

async function liveAndDie(project: TerraformProject, { work, recording }: SynthesizedStage, endpoint: string) {
  const applied = await project.terraform("apply", ...UNATTENDED);
  if (applied.status !== 0) return [`apply: ${applied.stderr}`];
  const upgraded = await upgrade(project, join(work, `artifacts/${UPGRADED.component}/code.zip`));
  const problems = [...upgraded, ...(await oldVersions(endpoint, functionName(recording)))];
  const destroyed = await project.terraform("destroy", ...UNATTENDED);
  const left = (await project.terraform("state", "list")).stdout.trim();
  return [
    ...problems,
    ...(destroyed.status === 0 ? [] : [`destroy: ${destroyed.stderr}`]),
    ...(left === "" ? [] : [`destroy leaves ${left.replaceAll("\n", ", ")}`]),
  ];
}

const UNATTENDED = ["-auto-approve", "-no-color", "-input=false"] as const;
/** A function that a nested machine calls, and so another one through it. */
const UPGRADED = {
  component: "SendHook",
  machines: ["RunHookMachine", "GrowTierMachine", "DeployClusterMachine"],
} as const;

function functionName({ resources }: Recording): string {
  return String(resources.find(({ name }) => name === `${UPGRADED.component}Function`)?.inputs["name"]);
}

/** New code in one function is a new version of it and of each machine that calls it, directly or not; aliases follow. */
async function upgrade(project: TerraformProject, archive: string): Promise<string[]> {
  const before = await stateOf(project);
  // Any change of the archive is a change of code, which SST puts under another key.
  appendFileSync(archive, "\n");
  const { resource } = project.translation;
  const key = String(resource["aws_s3_object"]?.[`${UPGRADED.component}Code`]?.["key"]);
  project.save(JSON.parse(JSON.stringify(resource).replaceAll(key, `${key}.new`)) as typeof resource);
  const applied = await project.terraform("apply", ...UNATTENDED);
  if (applied.status !== 0) return [`upgrade: ${applied.stderr}`];
  const after = await stateOf(project);
  const upgraded = [`aws_lambda_function.${UPGRADED.component}Function`, ...UPGRADED.machines.map(name)];
  return [
    ...upgraded
      .filter((address) => version(after, address) === version(before, address))
      .map((address) => `an upgrade publishes no new version of ${address}`),
    ...UPGRADED.machines.flatMap((machine, i) => {
      const called = version(after, upgraded[i] ?? "");
      const definition = String(after[name(machine)]?.["definition"]);
      return definition.includes(`"${called}"`) ? [] : [`after an upgrade ${machine} does not name ${called}`];
    }),
    ...UPGRADED.machines
      .filter((machine) => {
        const alias = JSON.stringify(after[`aws_sfn_alias.${machine}Live`]?.["routing_configuration"]);
        return !alias.includes(`"${version(after, name(machine))}"`);
      })
      .map((machine) => `after an upgrade the alias of ${machine} points at an old version`),
  ];
}

function name(machine: string): string {
  return `aws_sfn_state_machine.${machine}`;
}

function version(state: State, address: string): string {
  return String(state[address]?.["qualified_arn"] ?? state[address]?.["state_machine_version_arn"]);
}

/** Executions that began before an upgrade call the version that they name. */
async function oldVersions(endpoint: string, name: string): Promise<string[]> {
  // moto knows the service by what a request is signed for, and reads no signature.
  const authorization = "AWS4-HMAC-SHA256 Credential=nobody/20250101/us-east-1/lambda/aws4_request, Signature=none";
  const answer = await fetch(`${endpoint}/2015-03-31/functions/${name}/versions`, { headers: { authorization } });
  const { Versions } = (await answer.json()) as { Versions: readonly { Version: string }[] };
  const versions = Versions.map(({ Version }) => Version);
  return versions.includes("1") && versions.includes("2")
    ? []
    : [`after an upgrade ${name} has just ${versions.join(", ")}`];
}

type State = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

async function stateOf(project: TerraformProject): Promise<State> {
  const { values } = JSON.parse((await project.terraform("show", "-json")).stdout) as {
    values: { root_module: { resources: readonly { address: string; values: State[string] }[] } };
  };
  return Object.fromEntries(values.root_module.resources.map(({ address, values: its }) => [address, its]));
}

function endpointsAt(endpoint: string) {
  return {
    s3_use_path_style: true,
    skip_requesting_account_id: false,
    endpoints: Object.fromEntries(SERVICES.map((service) => [service, endpoint])),
  };
}

const SERVICES = [
  "apigatewayv2",
  "cloudwatch",
  "dynamodb",
  "events",
  "iam",
  "lambda",
  "logs",
  "s3",
  "scheduler",
  "sfn",
  "sns",
  "sqs",
  "ssm",
  "sts",
] as const;

/** SST's own, which it makes once in an account. */
async function makeAssetBucket(endpoint: string, { resources }: Recording): Promise<void> {
  const buckets = new Set(
    resources.flatMap(({ inputs }) => (typeof inputs["s3Bucket"] === "string" ? [inputs["s3Bucket"]] : [])),
  );
  for (const bucket of buckets) {
    const { ok, status } = await fetch(`${endpoint}/${bucket}`, { method: "PUT" });
    if (!ok) throw new Error(`moto makes no bucket ${bucket}: ${status}`);
  }
}

async function until(url: string, program: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (program.exitCode !== null) throw new Error(`moto_server ended with ${program.exitCode}`);
    const isUp = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await wait(200);
  }
  throw new Error("moto_server does not answer");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
