import { describe, expect, it } from "vitest";
import { watchSecrets } from "./secret-watch.ts";

const caller = { arn: "arn:function", isAccountUser: false };
const call = (service: "ssm" | "secretsmanager", operation: string) =>
  ({ service, operation, caller, requestId: "1" }) as const;

describe("a secret", () => {
  it.each([
    { where: "what a call is told", input: { Parameters: { token: ["se-cret"] } }, output: {} },
    { where: "what a call answers", input: {}, output: { StandardOutputContent: "it is se-cret" } },
    { where: "bytes", input: { Payload: new TextEncoder().encode('{"x":"se-cret"}') }, output: {} },
  ])("is seen in $where", ({ input, output }) => {
    const watch = watchSecrets(["se-cret"]);
    watch.observe(call("ssm", "SendCommand"), input, output);
    expect(watch.sightings()).toHaveLength(1);
  });

  it("is seen in a log", () => {
    const watch = watchSecrets(["se-cret"]);
    watch.observeText("the log of launch-nodes", "token=se-cret");
    expect(watch.sightings()).toEqual(["a secret is in the log of launch-nodes"]);
  });

  it("is known from when Secrets Manager is told of it, where it may be", () => {
    const watch = watchSecrets([]);
    watch.observe(call("secretsmanager", "CreateSecret"), { SecretString: "new-one" }, {});
    expect(watch.sightings()).toEqual([]);
    watch.observe(call("ssm", "SendCommand"), { Comment: "new-one" }, {});
    expect(watch.sightings()).toHaveLength(1);
  });
});
