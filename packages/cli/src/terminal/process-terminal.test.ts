import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { processTerminal } from "./process-terminal.ts";

function aStream(change: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  const stream = Object.assign(new EventEmitter(), { ...change, write: (text: string) => written.push(text) > 0 });
  return { stream: stream as never, emit: (error: object) => stream.emit("error", error), written };
}

const tty = () => aStream({ isTTY: true, columns: 120 });
const terminalOf = (
  streams: { stdout?: ReturnType<typeof aStream>; stderr?: ReturnType<typeof aStream> },
  environment: Record<string, string> = {},
) =>
  processTerminal({ stdout: (streams.stdout ?? tty()).stream, stderr: (streams.stderr ?? tty()).stream, environment });

describe("the terminal of a process", () => {
  it.each([
    ["two terminals", {}, {}, { isLive: true, hasColor: true }],
    ["standard output in a file", { stdout: aStream() }, {}, { isLive: false, hasColor: false }],
    ["standard error in a file", { stderr: aStream() }, {}, { isLive: false, hasColor: false }],
    ["NO_COLOR", {}, { NO_COLOR: "1" }, { isLive: true, hasColor: false }],
    ["an empty NO_COLOR, which says nothing", {}, { NO_COLOR: "" }, { isLive: true, hasColor: true }],
    ["a terminal that can only print", {}, { TERM: "dumb" }, { isLive: false, hasColor: false }],
  ])("with %s", (_, streams, environment, expected) => {
    expect(terminalOf(streams, environment)).toMatchObject(expected);
  });

  it.each([
    [tty(), 120],
    [aStream(), 80],
    [aStream({ isTTY: true, columns: 0 }), 80],
  ])("knows how wide it is", (stdout, columns) => {
    expect(terminalOf({ stdout }).columns()).toBe(columns);
  });

  it("writes results and progress to their own streams", () => {
    const streams = { stdout: aStream(), stderr: aStream() };
    const terminal = terminalOf(streams);
    terminal.out("result");
    terminal.err("progress");
    expect([streams.stdout.written, streams.stderr.written]).toEqual([["result"], ["progress"]]);
  });

  it.each(["EPIPE", "EIO"])("outlives a reader that has gone (%s)", (code) => {
    const stdout = aStream();
    terminalOf({ stdout });
    expect(() => stdout.emit(Object.assign(new Error("write"), { code }))).not.toThrow();
  });

  it("does not hide any other failure to write", () => {
    const stdout = aStream();
    terminalOf({ stdout });
    expect(() => stdout.emit(Object.assign(new Error("no space left"), { code: "ENOSPC" }))).toThrow("no space left");
  });
});
