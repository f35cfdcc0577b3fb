import { describe, expect, it } from "vitest";
import { clusterTags, launchTags, secretName, TAG } from "./tags.ts";

const place = { stage: "test", cluster: "demo", tier: "backend", operationId: "demo.op", launchId: "L1" };

describe("the tags of a launch", () => {
  it("say where it belongs, and hold everything by which a cluster is found", () => {
    const tags = launchTags({ ...place, userTags: { team: "storage" } });
    expect(tags).toEqual({
      team: "storage",
      Name: "demo-backend",
      "muster:stage": "test",
      "muster:cluster": "demo",
      "muster:tier": "backend",
      "muster:operation": "demo.op",
      "muster:launch": "L1",
    });
    expect(tags).toMatchObject(clusterTags("test", "demo"));
  });

  it("take a name from the user, and nothing that decides what Muster may touch", () => {
    const stolen = Object.fromEntries(Object.values(TAG).map((tag) => [tag, "another"]));
    const tags = launchTags({ ...place, userTags: { ...stolen, Name: "mine" } });
    expect(tags).toEqual({ ...launchTags({ ...place, userTags: {} }), Name: "mine" });
  });
});

it("a cluster's secrets have names of their own, by stage and cluster", () => {
  const names = [secretName("a", "b", "admin"), secretName("a", "c", "admin"), secretName("b", "b", "admin")];
  expect(new Set(names).size).toBe(3);
  expect(names[0]).toBe("muster/a/b/admin");
});
