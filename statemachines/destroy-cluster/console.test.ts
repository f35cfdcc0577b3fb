import { aWorld, exampleSpec, violations, type World } from "@muster/testing/world";
import { beforeAll, describe, expect, it } from "vitest";
import { runInConsole, sampleInput } from "../testing/console.ts";

const MACHINE = "destroy-cluster";

describe("destroy-cluster, started by hand in the console", () => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld();
    await world.deploy(exampleSpec());
  });

  it.each([
    [{}, "InputInvalid", /cluster is missing; confirm is missing/],
    ["demo", "InputInvalid", /the input has to be an object/],
    [{ cluster: "demo" }, "InputInvalid", /confirm is missing/],
    [{ cluster: "demo", confirm: "demo", force: true }, "InputInvalid", /force/],
    [{ cluster: "demo", confirm: "yes" }, "ConfirmationMissing", /says "yes"/],
    [{ cluster: "nobody", confirm: "nobody" }, "ClusterNotFound", /There is no cluster nobody/],
  ])("refuses %j with %s and words that a person can read", async (input, error, words) => {
    const shown = await runInConsole(world, MACHINE, input);
    expect(shown).toMatchObject({ status: "FAILED", error, cause: expect.stringMatching(words) });
    expect((shown.cause ?? "").split("\n")).toHaveLength(3);
    expect(shown.cause).toContain(`(${error})`);
    expect(world.rows().clusters).toMatchObject([{ name: "demo", status: "ready" }]);
  });

  it("destroys the cluster that is named twice, and leaves nothing", async () => {
    const shown = await runInConsole(world, MACHINE, sampleInput(MACHINE));
    expect(shown).toMatchObject({ status: "SUCCEEDED" });
    expect(JSON.parse(shown.output ?? "")).toEqual({ status: "succeeded", error: "", cause: "" });
    expect(world.rows()).toMatchObject({ clusters: [], nodes: [], launches: [] });
    expect(violations(world)).toEqual([]);
  });
});
