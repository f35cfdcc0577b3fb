import { describe, expect, it } from "vitest";
import { aFunctionWorld } from "../testing/function-world.ts";

type Description = Readonly<{
  openapi: string;
  paths: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  components: Readonly<{ schemas: Readonly<Record<string, unknown>> }>;
}>;

async function describeApi() {
  const world = await aFunctionWorld();
  const { body } = await world.request("GET /v1/openapi.json");
  return { world, api: body as unknown as Description };
}

describe("GET /v1/openapi.json", () => {
  it("describes every route that there is, and no other", async () => {
    const { world, api } = await describeApi();
    const described = Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = world.muster.manifest.routes.map((route) => route.route);
    // The description itself is what one has in hand.
    expect(described.toSorted()).toEqual(routes.filter((route) => route !== "GET /v1/openapi.json").toSorted());
    expect(api.openapi).toBe("3.1.0");
  });

  it("refers only to schemas that it has, and has none that nothing refers to", async () => {
    const { api } = await describeApi();
    const referred = [...JSON.stringify(api).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = ""]) => name);
    expect([...new Set(referred)].toSorted()).toEqual(Object.keys(api.components.schemas).toSorted());
  });

  it("names each path's parameters, and an answer for what goes wrong", async () => {
    const { api } = await describeApi();
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const operation of Object.values(methods)) {
        const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
        const parameters = (operation["parameters"] ?? []) as { name: string; in: string; required: boolean }[];
        const inPath = parameters.filter((parameter) => parameter.in === "path");
        expect(inPath.map((parameter) => [parameter.name, parameter.required])).toEqual(
          names.map((name) => [name, true]),
        );
        expect(Object.keys(operation["responses"] as object)).toContain("default");
      }
    }
  });

  it("has no route that its function does not serve", async () => {
    const { world } = await describeApi();
    const unserved: string[] = [];
    for (const { route } of world.muster.manifest.routes) {
      const { body } = await world.request(route, { path: { name: "nobody", id: "demo.nothing" } });
      if (String(body["detail"]).includes("does not serve that route")) unserved.push(route);
    }
    expect(unserved).toEqual([]);
  });
});
