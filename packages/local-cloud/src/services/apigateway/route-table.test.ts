import { describe, expect, it } from "vitest";
import { RouteTable } from "./route-table.ts";

function table(...keys: string[]): RouteTable {
  return new RouteTable(
    keys.map((key) => {
      const [method = "", path = ""] = key.startsWith("$") ? ["ANY", key] : key.split(" ");
      return { method, path, functionName: `function of ${key}` };
    }),
  );
}

describe("a request takes the most specific route", () => {
  const routes = table(
    "$default",
    "ANY /{proxy+}",
    "GET /pets/{proxy+}",
    "GET /pets/dog/{id}",
    "GET /pets/dog/1",
    "GET /pets/{kind}/1",
    "ANY /pets/cat",
    "GET /",
    "GET /v1/clusters/{name}/nodes/{node}",
  );
  it.each<[method: string, path: string, routeKey: string, parameters: object | undefined]>([
    ["GET", "/pets/dog/1", "GET /pets/dog/1", undefined],
    ["GET", "/pets/dog/2", "GET /pets/dog/{id}", { id: "2" }],
    ["GET", "/pets/bird/1", "GET /pets/{kind}/1", { kind: "bird" }],
    ["GET", "/pets/cat", "ANY /pets/cat", undefined],
    ["POST", "/pets/cat", "ANY /pets/cat", undefined],
    ["GET", "/pets/cat/1", "GET /pets/{kind}/1", { kind: "cat" }],
    ["GET", "/pets/a/b/c", "GET /pets/{proxy+}", { proxy: "a/b/c" }],
    ["POST", "/pets/dog/1", "ANY /{proxy+}", { proxy: "pets/dog/1" }],
    ["GET", "/", "GET /", undefined],
    ["POST", "/", "$default", undefined],
    ["GET", "/pets/", "ANY /{proxy+}", { proxy: "pets/" }],
    ["GET", "/pets/dog/", "GET /pets/{proxy+}", { proxy: "dog/" }],
    ["GET", "/v1/clusters/a%2Fb/nodes/x%20y", "GET /v1/clusters/{name}/nodes/{node}", { name: "a/b", node: "x y" }],
  ])("%s %s", (method, path, routeKey, parameters) => {
    expect(routes.match(method, path)).toEqual({
      routeKey,
      functionName: `function of ${routeKey}`,
      pathParameters: parameters,
    });
  });

  it("or none", () => {
    expect(table("GET /a/{b}").match("GET", "/a")).toBeUndefined();
    expect(table("GET /a/{b}").match("GET", "/a/")).toBeUndefined();
    expect(table("GET /a").match("GET", "/a/")).toBeUndefined();
    expect(table("GET /a").match("HEAD", "/a")).toBeUndefined();
    expect(table("GET /{p+}").match("GET", "/")).toBeUndefined();
    expect(table().match("GET", "/")).toBeUndefined();
  });

  it("whatever the order they are given in", () => {
    const keys = ["GET /{a}", "ANY /{a}", "GET /x", "GET /{a+}"];
    for (const order of [keys, keys.toReversed()]) {
      expect(table(...order).match("GET", "/x")?.routeKey).toBe("GET /x");
      expect(table(...order).match("GET", "/y")?.routeKey).toBe("GET /{a}");
      expect(table(...order).match("PUT", "/y")?.routeKey).toBe("ANY /{a}");
      expect(table(...order).match("GET", "/y/z")?.routeKey).toBe("GET /{a+}");
    }
  });
});

describe("a route that API Gateway would not take is refused", () => {
  it.each([
    ["without a known method", ["FETCH /a"], "the route FETCH /a has no HTTP method"],
    ["without a slash", ["GET a"], "the route GET a must have a path that begins with a slash"],
    ["with half a variable", ["GET /a-{b}"], "the route GET /a-{b} has a variable that is not a whole segment: a-{b}"],
    ["with a greedy variable inside", ["GET /{a+}/b"], "the route GET /{a+}/b has a greedy variable before its end"],
    ["given twice", ["GET /a/{b}", "GET /a/{c}"], "the routes GET /a/{b} and GET /a/{c} answer the same requests"],
    ["given twice as default", ["$default", "$default"], "the routes $default and $default answer the same requests"],
  ])("%s", (_title, keys, message) => {
    expect(() => table(...keys)).toThrow(message);
  });
});
