import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { SecretValue } from "./secret-value.ts";
import { Secret } from "./secret.ts";

describe("a secret value", () => {
  it.each([
    ["a text", "hunter2"],
    ["bytes", Buffer.from("hunter2")],
  ])("as %s cannot be seen by printing what holds it", (_, held) => {
    const secret = new Secret({ name: "s", arn: "arn", now: 0, description: undefined, tags: new Map() });
    const version = secret.put({ id: "v", value: new SecretValue(held), stages: ["AWSCURRENT"], now: 0 });
    const printed = [secret, version].map((one) => inspect(one, { depth: 20, showHidden: true }) + JSON.stringify(one));
    expect(printed.join()).not.toMatch(/hunter|104|68 75 6e/);
    expect(version.value.equals(new SecretValue(held))).toBe(true);
  });

  it("equals nothing but the same text or the same bytes", () => {
    const text = new SecretValue("a");
    const bytes = new SecretValue(Buffer.from("a"));
    expect(text.equals(new SecretValue("a"))).toBe(true);
    expect(text.equals(new SecretValue("b"))).toBe(false);
    expect(text.equals(bytes)).toBe(false);
    expect(bytes.equals(new SecretValue(Uint8Array.of(97)))).toBe(true);
  });
});
