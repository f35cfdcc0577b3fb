import { seededRandom } from "@muster/core";
import { describe, expect, it } from "vitest";
import { TaskTokens, type TokenAnswer } from "./tokens.ts";

function open() {
  const tokens = new TaskTokens(seededRandom(1));
  const answers: TokenAnswer[] = [];
  let beats = 0;
  const token = tokens.issue({
    answer: (answer) => answers.push(answer),
    heartbeat: () => {
      beats++;
    },
  });
  return { tokens, token, answers, beats: () => beats };
}

const timedOut = { code: "TaskTimedOut", message: "Task Timed Out: 'Provided task does not exist anymore'" };

describe("a task token", () => {
  it("takes a success, with its output parsed", () => {
    const { tokens, token, answers } = open();
    tokens.succeed(token, ' {"a": 1} ');
    expect(answers).toEqual([{ kind: "success", output: { a: 1 } }]);
  });

  it("takes a failure, with or without a name and a cause", () => {
    const { tokens, token, answers } = open();
    tokens.fail(token, { cause: "why" });
    expect(answers).toEqual([{ kind: "failure", error: undefined, cause: "why" }]);
  });

  it("takes heartbeats until it is answered", () => {
    const { tokens, token, beats } = open();
    tokens.heartbeat(token);
    tokens.heartbeat(token);
    tokens.succeed(token, "1");
    expect(() => tokens.heartbeat(token)).toThrow(expect.objectContaining(timedOut));
    expect(beats()).toBe(2);
  });

  it("takes one answer only", () => {
    const { tokens, token, answers } = open();
    tokens.succeed(token, "1");
    expect(() => tokens.succeed(token, "2")).toThrow(expect.objectContaining(timedOut));
    expect(() => tokens.fail(token, {})).toThrow(expect.objectContaining(timedOut));
    expect(answers).toHaveLength(1);
  });

  it("is dead when its task ended otherwise", () => {
    const { tokens, token } = open();
    tokens.close(token);
    expect(() => tokens.succeed(token, "1")).toThrow(expect.objectContaining(timedOut));
  });

  it("still waits after an output that is no JSON", () => {
    const { tokens, token, answers } = open();
    expect(() => tokens.succeed(token, "{")).toThrow(expect.objectContaining({ code: "InvalidOutput" }));
    tokens.succeed(token, "{}");
    expect(answers).toHaveLength(1);
  });

  it.each(["nonsense", "", "AQCEAAAAKgAAAAMAAAAAAAAAA"])("is told from the text %j", (text) => {
    const { tokens, token } = open();
    const invalid = { code: "InvalidToken", message: "Invalid Token: 'Invalid token'" };
    for (const bad of [text, `${token}0`, token.slice(0, -1)]) {
      expect(() => tokens.succeed(bad, "1")).toThrow(expect.objectContaining(invalid));
      expect(() => tokens.heartbeat(bad)).toThrow(expect.objectContaining(invalid));
    }
  });

  it("of another service is invalid here", () => {
    const { token } = open();
    const others = new TaskTokens(seededRandom(2));
    expect(() => others.fail(token, {})).toThrow(expect.objectContaining({ code: "InvalidToken" }));
  });
});
