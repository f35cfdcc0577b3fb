import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterSpec, HookContext } from "@muster/core";
import { describe, expect, it } from "vitest";
import { productDocuments } from "../documents.ts";
import { DOCUMENT_BYTES_MAX } from "./documents.ts";
import { HOOK_TIMEOUTS_SECONDS } from "./timeouts.ts";
import { DOCUMENT_PARAMETERS, PARAMETERS } from "./parameters.ts";
import { weka } from "./weka.ts";

/** So much of a command is left for the addresses of the largest cluster: content and parameters have 64 KiB together. */
const PARAMETER_BYTES_MAX = 17_000;

const documents = productDocuments();

const scriptOf = (name: string) =>
  documents.find((document) => document.name === name)?.content.mainSteps[0]?.inputs.runCommand.join("\n") ?? "";

describe("productDocuments", () => {
  it("has one document for each hook, and a hook for each document", () => {
    const named = Object.values(weka.hooks).map(({ document }) => document);
    expect(documents.map(({ name }) => name).toSorted()).toEqual(named.toSorted());
  });

  it.each(documents)(
    "$name fits into SSM together with its parameters, and has no braces that SSM would read",
    ({ content }) => {
      const text = JSON.stringify(content);
      expect(Buffer.byteLength(text)).toBeLessThan(DOCUMENT_BYTES_MAX - PARAMETER_BYTES_MAX);
      expect(text).not.toContain("{{");
    },
  );

  it.each(documents)(
    "$name hands every parameter over as an environment variable, of a pattern for its whole value",
    ({ content }) => {
      for (const parameter of Object.values(content.parameters)) {
        expect(parameter).toMatchObject({ type: "String", interpolationType: "ENV_VAR" });
        expect(parameter.allowedPattern).toMatch(/^\^.*\$$/);
        // Go's RE2, which the agent uses, knows neither lookaround nor backreferences.
        expect(parameter.allowedPattern).not.toMatch(/\(\?[=!<]|\\[1-9]/);
      }
    },
  );

  it.each(documents)("$name reads exactly the parameters that it declares", ({ name, content }) => {
    const used = new Set(
      [...scriptOf(name).matchAll(/\bSSM_([a-z][A-Za-z0-9]*)/g)].map(([, parameter = ""]) => parameter),
    );
    const needed =
      /^need (SSM_[^\n]*(?:\\\n[^\n]*)*)$/m.exec(scriptOf(name).replaceAll("\\\n", " "))?.[1]?.split(/\s+/) ?? [];
    const declared = Object.keys(content.parameters);
    expect(needed.map((parameter) => parameter.replace("SSM_", "")).toSorted()).toEqual(declared.toSorted());
    expect(declared.filter((parameter) => !used.has(parameter))).toEqual([]);
  });

  it.each(documents)(
    "$name starts as a bash script that stops at the first error, and tells its agent how long it may take",
    ({ name, content }) => {
      const [step] = content.mainSteps;
      expect(step?.inputs.runCommand[0]).toBe("#!/bin/bash");
      expect(step?.inputs.runCommand).toContain("set -euo pipefail");
      expect(step?.inputs.runCommand.join("\n")).not.toContain('lib.sh"');
      expect(step?.inputs.timeoutSeconds).toBe(
        String(HOOK_TIMEOUTS_SECONDS[name as keyof typeof HOOK_TIMEOUTS_SECONDS]),
      );
      expect(step?.name).toMatch(/^[a-zA-Z0-9_]+$/);
    },
  );
});

describe("the parameters of hooks", () => {
  it.each(Object.values(weka.hooks).map((hook) => [hook.name, hook] as const))(
    "of %s are the document's, and of its patterns",
    (_, hook) => {
      const parameters = hook.parameters(contextOf(hook.name));
      const declared: readonly string[] = DOCUMENT_PARAMETERS[hook.document as keyof typeof DOCUMENT_PARAMETERS];
      expect(Object.keys(parameters).toSorted()).toEqual(declared.toSorted());
      for (const [name, value] of Object.entries(parameters)) {
        const { pattern } = PARAMETERS[name as keyof typeof PARAMETERS];
        expect([name, value, new RegExp(pattern).test(value)]).toEqual([name, value, true]);
      }
    },
  );

  it("of the largest cluster leave room for the document in one command", () => {
    const sizes = Object.values(weka.hooks).map(
      (hook) => JSON.stringify(hook.parameters(contextOf(hook.name, 1_000))).length,
    );
    expect(Math.max(...sizes)).toBeLessThan(PARAMETER_BYTES_MAX);
  });

  it("never carry a secret, only its name", () => {
    const text = JSON.stringify(Object.values(weka.hooks).map((hook) => hook.parameters(contextOf(hook.name))));
    expect(text).toContain("muster/demo/admin-password");
    expect(text).toContain("weka/token");
  });
});

describe("scripts", () => {
  const shellcheck = spawnSync("shellcheck", ["--version"], { encoding: "utf8" });
  const has = shellcheck.status === 0;

  it.skipIf(!has).each(documents)(
    `${has ? "" : "skipped: shellcheck not found: "}$name passes shellcheck as it is sent to nodes`,
    ({ name }) => {
      const folder = mkdtempSync(join(tmpdir(), "muster-shellcheck-"));
      try {
        const file = join(folder, `${name}.sh`);
        writeFileSync(file, `${scriptOf(name)}\n`);
        // Of the shared part each script uses only some: SC2034, SC2120, SC2317 and SC2329 are about what is not used.
        const checked = spawnSync("shellcheck", ["--shell=bash", "--exclude=SC2034,SC2120,SC2317,SC2329", file], {
          encoding: "utf8",
        });
        expect(checked.stdout).toBe("");
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});

function contextOf(hook: string, backends = 6): HookContext {
  const spec: ClusterSpec = {
    apiVersion: "muster/v1",
    name: "demo",
    product: "weka",
    deployment: "client-backend",
    network: { subnets: ["subnet-00000001"], securityGroups: ["sg-00000001"] },
    tiers: {
      backend: { count: backends, instanceTypes: ["i3en.2xlarge"], purchase: "on-demand" },
      client: { count: 2, instanceTypes: ["c5.2xlarge"], purchase: "on-demand" },
    },
    tags: {},
    keepOnFailure: false,
    weka: { version: "5.1.31", tokenSecret: "weka/token", proxy: "http://10.0.0.5:3128" },
  };
  const blueprint = weka.blueprint(spec);
  const tier = blueprint.tiers.find(({ formHooks }) => formHooks.includes(hook)) ?? blueprint.tiers.at(-1);
  const shape = tier?.shapes[0];
  if (tier === undefined || shape === undefined) throw new Error(`no tier has the hook ${hook}`);
  const members = Array.from({ length: backends }, (_, index) => ({
    tier: "backend",
    instanceId: `i-${index.toString(16).padStart(17, "0")}`,
    privateIp: `10.200.${100 + Math.floor(index / 150)}.${100 + (index % 150)}`,
    isMember: false,
  }));
  const secretNames = { "admin-password": "muster/demo/admin-password" };
  return { cluster: "demo", spec, blueprint, tier, shape, members, region: "ap-southeast-2", secretNames };
}
