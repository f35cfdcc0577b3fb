import { aTier } from "@muster/testing";
import { describe, expect, it } from "vitest";
import { verificationsAtEnd, type TierBlueprint } from "./blueprint.ts";

const verify = { tier: "backend", hook: "verify" };
const clients = (count: number) => aTier({ name: "client", count, formHooks: ["mount"], joinHooks: ["mount"] });

describe("what has to say at a deployment's end that the whole cluster is well", () => {
  it.each<{ when: string; tiers: readonly TierBlueprint[]; repeated: boolean }>([
    { when: "another tier has been grown since", tiers: [aTier(), clients(2)], repeated: true },
    { when: "its tier was grown last", tiers: [aTier()], repeated: false },
    { when: "the tiers behind it are empty", tiers: [aTier(), clients(0)], repeated: false },
    { when: "its tier is empty", tiers: [aTier({ count: 0 }), clients(2)], repeated: false },
    { when: "its tier goes on after it", tiers: [aTier({ formHooks: ["form", "verify", "mount"] })], repeated: true },
    { when: "those that join its tier do not run it", tiers: [aTier({ joinHooks: ["join"] })], repeated: true },
  ])("is asked once more where $when: $repeated", ({ tiers, repeated }) => {
    expect(verificationsAtEnd({ tiers, verifications: [verify] })).toEqual(repeated ? [verify] : []);
  });
});
