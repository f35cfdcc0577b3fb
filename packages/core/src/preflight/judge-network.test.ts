import { aBlueprint } from "@muster/testing";
import { describe, expect, it } from "vitest";
import type { IngressRule, SecurityGroup, Subnet } from "../ports/account.ts";
import type { PreflightFacts } from "./facts.ts";
import { judgeSecurityGroups } from "./judge-network.ts";

const members = "sg-members";
const rule = (change: Partial<IngressRule> = {}): IngressRule => ({
  protocol: "tcp",
  fromPort: 14_000,
  toPort: 14_100,
  groups: [members],
  ranges: [],
  ...change,
});
const group = (ingress: readonly IngressRule[], id = members): SecurityGroup => ({ id, vpcId: "vpc-1", ingress });
const subnet = (cidr: string, vpcId = "vpc-1"): Subnet => ({
  id: `subnet ${cidr}`,
  vpcId,
  availabilityZone: "us-east-1a",
  cidr,
  freeAddresses: 100,
});

function judge(
  groups: readonly SecurityGroup[],
  options: {
    ports?: ReturnType<typeof aBlueprint>["ports"];
    subnets?: readonly Subnet[];
    ids?: readonly string[];
  } = {},
) {
  const { ports = aBlueprint().ports, subnets = [subnet("10.0.0.0/20")], ids = groups.map(({ id }) => id) } = options;
  const facts = { securityGroups: { known: groups }, subnets: { known: subnets } } as Partial<PreflightFacts>;
  return judgeSecurityGroups(ids, aBlueprint({ ports }), facts as PreflightFacts)[0];
}

describe("the members of a cluster reach each other", () => {
  it.each([
    { why: "all is allowed among them", rules: [rule({ protocol: "-1", fromPort: 0, toPort: 65_535 })] },
    { why: "just the ports are", rules: [rule()] },
    { why: "a wider range of ports is", rules: [rule({ fromPort: 1, toPort: 60_000 })] },
    { why: "the addresses of their subnets are", rules: [rule({ groups: [], ranges: ["10.0.0.0/16"] })] },
    { why: "one of several rules does", rules: [rule({ toPort: 14_001 }), rule()] },
  ])("when $why", ({ rules }) => {
    expect(judge([group(rules)])).toMatchObject({ verdict: "ok" });
  });

  it.each([
    { why: "there is no rule", rules: [] },
    { why: "a port at the end is missing", rules: [rule({ toPort: 14_099 })] },
    { why: "a port at the beginning is missing", rules: [rule({ fromPort: 14_001 })] },
    { why: "it is another protocol", rules: [rule({ protocol: "udp" })] },
    { why: "only others may", rules: [rule({ groups: ["sg-others"] })] },
    { why: "only some of their addresses may", rules: [rule({ groups: [], ranges: ["10.0.0.0/21"] })] },
    { why: "only addresses of version 6 may", rules: [rule({ groups: [], ranges: ["::/0"] })] },
  ])("not when $why, and it is said which ports are closed", ({ rules }) => {
    expect(judge([group(rules)])).toMatchObject({
      verdict: "block",
      measured: expect.stringContaining("tcp 14000-14100"),
      remedy: expect.stringContaining(`--group-id ${members} --source-group ${members}`),
    });
  });

  it("when every subnet in which they may be is allowed, and not when one is missing", () => {
    const rules = [rule({ groups: [], ranges: ["10.0.0.0/20"] })];
    const others = [subnet("10.0.0.0/24"), subnet("10.0.1.0/24")];
    expect(judge([group(rules)], { subnets: others })?.verdict).toBe("ok");
    expect(judge([group(rules)], { subnets: [...others, subnet("10.1.0.0/24")] })?.verdict).toBe("block");
  });

  it("when a rule of one of their groups names another of them", () => {
    const groups = [group([rule({ groups: ["sg-second"] })]), group([], "sg-second")];
    expect(judge(groups)?.verdict).toBe("ok");
    expect(judge(groups, { ids: [members] })?.verdict).toBe("block");
  });

  it("on every range that the product needs", () => {
    const ports = [
      { protocol: "tcp", fromPort: 14_000, toPort: 14_100, purpose: "drives" },
      { protocol: "udp", fromPort: 14_000, toPort: 14_100, purpose: "data" },
    ] as const;
    expect(judge([group([rule()])], { ports })).toMatchObject({
      verdict: "block",
      measured: "closed between members: udp 14000-14100 (data)",
    });
    expect(judge([group([rule(), rule({ protocol: "udp" })])], { ports })?.verdict).toBe("ok");
  });
});

describe("security groups", () => {
  it("that are not there block", () => {
    expect(judge([], { ids: [members] })).toMatchObject({ verdict: "block", measured: `${members} not there` });
  });

  it("of another network than the subnets block", () => {
    expect(judge([group([rule()])], { subnets: [subnet("10.0.0.0/20", "vpc-2")] })).toMatchObject({
      verdict: "block",
      measured: expect.stringContaining("vpc-1, vpc-2"),
    });
  });

  it("that could not be read do not block", () => {
    const facts = { securityGroups: { unknown: "AccessDenied" }, subnets: { known: [] } } as Partial<PreflightFacts>;
    expect(judgeSecurityGroups([members], aBlueprint(), facts as PreflightFacts)).toMatchObject([
      { verdict: "unknown" },
    ]);
  });
});
