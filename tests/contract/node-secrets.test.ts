import { nodeRolePath, secretName } from "@muster/core";
import { aWorld, exampleSpec, type World } from "@muster/testing/world";
import { beforeAll, describe, expect, it } from "vitest";

const DENIED = "AccessDeniedException";

/** What the nodes of one cluster may read, while another cluster of the same stage stands beside it. */
describe("a node reads", () => {
  const quotas = [{ serviceCode: "ec2", quotaCode: "L-1216C47A", value: 1_000 }];
  let world: World;
  const roleOf = new Map<string, string | undefined>();

  beforeAll(async () => {
    world = await aWorld({ quotas });
    for (const name of ["demo", "other"]) {
      const operation = await world.deploy(exampleSpec({ name }));
      if (operation.status !== "succeeded") throw new Error(`${name}: ${operation.failure?.why}`);
    }
    for (const { name, nodeRole } of world.rows().clusters) roleOf.set(name, nodeRole);
    await world.muster.cloud.load("secretsmanager", "CreateSecret", { Name: "payroll", SecretString: "x" });
  });

  /** As a process on a node of that cluster does, through the instance's role. */
  async function reads(cluster: string, SecretId: string): Promise<string> {
    const { manifest, cloud } = world.muster;
    const { place } = manifest;
    const arn = `arn:aws:iam::${place.account}:role${nodeRolePath(place)}${roleOf.get(cluster)}`;
    const caller = { arn, isAccountUser: false, sessionName: "i-0123456789abcdef0" };
    try {
      await world.run(cloud.kernel.call("secretsmanager", "GetSecretValue", { SecretId }, caller));
      return "read";
    } catch (error) {
      return (error as { code: string }).code;
    }
  }

  const passwordOf = (cluster: string) => secretName("local", cluster, "admin-password");

  it.each([
    { what: "its own cluster's password", secret: passwordOf("demo"), answer: "read" },
    { what: "what is shared with nodes, such as the token for downloads", secret: "weka/token", answer: "read" },
    { what: "another cluster's password", secret: passwordOf("other"), answer: DENIED },
    { what: "any other secret of the account", secret: "payroll", answer: DENIED },
  ])("$what: $answer", async ({ secret, answer }) => {
    expect(await reads("demo", secret)).toBe(answer);
  });

  it("and when its cluster is gone it reads nothing", async () => {
    await world.destroy("other");
    expect(await reads("other", "weka/token")).toBe(DENIED);
  });
});
