import { spawn, type ChildProcess } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
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
      const problems = [...project.translation.problems, ...(await liveAndDie(project, stage.work))];
      return verdictOn(problems, `${project.summary}: applied, upgraded, destroyed`);
    } finally {
      gaps.close();
      moto.kill();
    }
  },
};

async function liveAndDie(project: TerraformProject, work: string): Promise<string[]> {
  const applied = await project.terraform("apply", "-auto-approve", "-no-color", "-input=false");
  if (applied.status !== 0) return [`apply: ${applied.stderr}`];
  const problems = await upgrade(project, work);
  const destroyed = await project.terraform("destroy", "-auto-approve", "-no-color", "-input=false");
  const left = (await project.terraform("state", "list")).stdout.trim();
  return [
    ...problems,
    ...(destroyed.status === 0 ? [] : [`destroy: ${destroyed.stderr}`]),
    ...(left === "" ? [] : [`destroy leaves ${left.replaceAll("\n", ", ")}`]),
  ];
}

/** New code in one function: a new version of it, and of each machine that calls it, directly or not; aliases follow. */
async function upgrade(project: TerraformProject, work: string): Promise<string[]> {
  const before = await versionsOf(project);
  // Any change of the archive is a change of code.
  appendFileSync(join(work, "artifacts/SendHook/code.zip"), "\n");
  const applied = await project.terraform(
    "apply",
    "-auto-approve",
    "-no-color",
    "-input=false",
    "-replace=aws_s3_object.SendHookCode",
  );
  if (applied.status !== 0) return [`upgrade: ${applied.stderr}`];
  return [before, await versionsOf(project)].map((x) => JSON.stringify(x));
}

async function versionsOf(project: TerraformProject): Promise<Record<string, unknown>> {
  const { values } = JSON.parse((await project.terraform("show", "-json")).stdout) as {
    values: { root_module: { resources: readonly { address: string; values: Record<string, unknown> }[] } };
  };
  return Object.fromEntries(
    values.root_module.resources
      .filter(({ address }) => /^aws_(?:lambda|sfn)_alias|^aws_sfn_state_machine/.test(address))
      .map(({ address, values: v }) => [
        address,
        v["function_version"] ?? v["state_machine_version_arn"] ?? v["routing_configuration"],
      ]),
  );
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
