import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checks } from "./checks/index.ts";
import { checkInputs } from "./checks/inputs.ts";
import { expectations, madeBySst } from "./expected/index.ts";
import { everyInputSpoiled, type Spoiled } from "./planted/every-input.ts";
import { planted } from "./planted/index.ts";
import { renderResourceTypes } from "./resource-types.ts";
import { manifestOf } from "./stage-manifest.ts";
import { madeResources, type Recording } from "./synth/recording.ts";
import { ROOT, synthesizeStage, type SynthesizedStage } from "./synthesize-stage.ts";

const STAGES = ["dev-ci", "production"] as const;
/** Bundling every function takes seconds, on a busy machine a minute. */
const PATIENCE_MS = 240_000;

describe("what SST would create", () => {
  let synthesized: SynthesizedStage[] = [];
  const recordingOf = (stage: string): Recording => {
    const found = synthesized.find(({ recording }) => recording.stage === stage);
    if (found === undefined) throw new Error(`stage ${stage} was not synthesized`);
    return found.recording;
  };
  beforeAll(async () => {
    synthesized = await Promise.all(STAGES.map(synthesizeStage));
  }, PATIENCE_MS);
  afterAll(() => synthesized.forEach(({ remove }) => remove()));

  describe.each(STAGES)("in stage %s", (stage) => {
    it.each(Object.entries(checks))("%s", (_, check) => {
      const recording = recordingOf(stage);
      expect(check(recording, manifestOf(recording))).toEqual([]);
    });

    it("has a name of its own for everything", () => {
      const other = recordingOf(STAGES.find((s) => s !== stage) ?? "");
      const names = (recording: Recording) => recording.resources.filter((r) => r.isCustom).map(({ id }) => id);
      const shared = names(recordingOf(stage)).filter((id) => names(other).includes(id) && id.includes("muster"));
      expect(shared).toEqual([]);
    });
  });

  it("has its types in sst-env.d.ts, as they are: npm run verify:infra -- --write-types", () => {
    const committed = readFileSync(join(ROOT, "sst-env.d.ts"), "utf8");
    expect(committed).toBe(renderResourceTypes(recordingOf("dev-ci")));
  });

  it.each(planted)("is refused with $mistake", ({ check, plant, said }) => {
    const good = recordingOf("production");
    const found = checks[check]?.(plant(good), manifestOf(good)) ?? [];
    expect(found.filter((sentence) => sentence.includes(said))).not.toEqual([]);
  });

  it(
    "is refused with any input of any resource changed, taken away, or added",
    () => {
      const good = recordingOf("production");
      const manifest = manifestOf(good);
      const isIn = (found: readonly string[]) => (one: Spoiled) =>
        found.some((said) => said.startsWith(`${one.resource.type} `) && said.includes(` (${one.resource.name})`));
      const spoiled = new Set<string>();
      const unnoticed: string[] = [];
      for (const all of everyInputSpoiled(
        good,
        expectations.map(({ type }) => type),
      )) {
        const isFound = isIn(checkInputs({ ...good, resources: all.map(({ resource }) => resource) }, manifest));
        for (const one of all) {
          spoiled.add(one.resource.urn);
          if (!isFound(one)) unnoticed.push(`${one.resource.name}: ${one.path}`);
        }
      }
      expect(unnoticed).toEqual([]);
      const unspoiled = madeResources(good).filter(({ urn, type }) => !spoiled.has(urn) && !(type in madeBySst));
      expect(unspoiled).toEqual([]);
    },
    PATIENCE_MS,
  );
});
