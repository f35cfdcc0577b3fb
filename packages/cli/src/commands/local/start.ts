import { fileURLToPath } from "node:url";
import { numberOption, stringOption } from "../../command-line/option-values.ts";
import { usageError } from "../../command-line/usage-error.ts";
import type { Command, OptionValues } from "../../command.ts";
import type { LocalCloudOptions } from "../../local/start-local-cloud.ts";
import { readSpecFile } from "../../spec-file.ts";

export const localStart: Command = {
  name: "local start",
  summary: "Start the embedded cloud and deploy a cluster in it",
  arguments: [],
  options: {
    spec: { type: "string", value: "FILE", description: "Spec to deploy (default: examples/weka-client-backend.yaml)" },
    exit: { type: "boolean", description: "End after the deployment: 0 ready, 1 refused or failed" },
    port: { type: "string", value: "PORT", description: "AWS protocols, on this machine only", default: "4566" },
    "api-port": { type: "string", value: "PORT", description: "Muster's API, on this machine only", default: "4700" },
    region: { type: "string", value: "REGION", description: "Region that the cloud says it is", default: "us-east-1" },
    // The example's ten minutes pass in about ten seconds, besides what its shell scripts take to run.
    speed: { type: "string", value: "N", description: "Cloud seconds in a real one; 1 is real time", default: "60" },
    nodes: {
      type: "string",
      value: "MODE",
      description: "shell: hooks run in real bash; model: in memory",
      default: "shell",
    },
  },
  run: async (invocation) => {
    const { options } = invocation;
    const cloud = readOptions(options);
    const spec = readSpecFile(stringOption(options, "spec") ?? DEFAULT_SPEC);
    // The embedded cloud and everything in it are a lot of code, which no other command needs.
    const { runLocal } = await import("../../local/run-local.ts");
    return runLocal({ ...invocation, cloud, spec, staysUp: options["exit"] !== true });
  },
};

const DEFAULT_SPEC = fileURLToPath(new URL("../../../../../examples/weka-client-backend.yaml", import.meta.url));

function readOptions(options: OptionValues): Omit<LocalCloudOptions, "onProblem"> {
  const command = localStart.name;
  const nodes = stringOption(options, "nodes") ?? "";
  if (nodes !== "shell" && nodes !== "model") {
    throw usageError({ what: `--nodes is ${nodes}.`, why: "It is shell or model.", command });
  }
  const region = stringOption(options, "region") ?? "";
  if (!REGION.test(region)) {
    throw usageError({
      what: `--region is ${region}.`,
      why: "It is the name of a region, such as eu-west-1.",
      command,
    });
  }
  const port = { min: 0, max: 65_535, isWhole: true, command };
  return {
    nodes,
    region,
    port: numberOption(options, "port", port),
    apiPort: numberOption(options, "api-port", port),
    speed: numberOption(options, "speed", { min: 0.1, max: 10_000, isWhole: false, command }),
  };
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
