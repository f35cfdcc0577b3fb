import { describe, expect, it } from "vitest";
import { agentAllows, apiAllows } from "./patterns.ts";

describe("allowed patterns", () => {
  it.each([
    ["^[a-z]+$", "abc", true, true],
    ["^[a-z]+$", "abC", false, false],
    // Java's $ also matches before a line break at the end; Go's does not.
    ["^[a-z]+$", "abc\n", true, false],
    ["\\A[a-z]+\\z", "abc\n", false, false],
    ["\\A[a-z]+\\z", "abc", true, true],
    ["^[a-z]+$", "abc\ndef", false, false],
    // Neither asks for the whole value.
    ["[a-z]+", "1a1", true, true],
    // RE2 knows no lookaround, no back references and no \Z.
    ["^(?!root)[a-z]+$", "admin", true, false],
    ["^(a)\\1$", "aa", true, false],
    ["^[a-z]+\\Z", "abc", true, false],
    ["^\\d{1,3}(\\.\\d{1,3}){3}$", "10.0.0.1", true, true],
    ["^[$]+$", "$$", true, true],
    ["^a\\$$", "a$", true, true],
    ["^$", "", true, true],
  ])("%s allows %j: API %s, agent %s", (pattern, value, api, agent) => {
    expect([apiAllows(pattern, value), agentAllows(pattern, value)]).toEqual([api, agent]);
  });
});
