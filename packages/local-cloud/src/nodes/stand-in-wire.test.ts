import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRequest, writeAnswer } from "./stand-in-wire.ts";

/** A request as the script writes it. */
function requestBytes(request: {
  key: string;
  command: string;
  args: readonly string[];
  values: readonly (string | undefined)[];
  stdin: string;
}) {
  const values = request.values.map((value) => (value === undefined ? "" : `x${value}`));
  const stdin = Buffer.from(request.stdin).toString("base64");
  return Buffer.from(
    [request.key, request.command, String(request.args.length), ...request.args, ...values, stdin]
      .map((text) => `${text}\0`)
      .join(""),
  );
}

const texts = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\0", ""));

describe("a request", () => {
  it("is read as it was written, and not before all of it is there", () => {
    fc.assert(
      fc.property(
        fc.array(texts),
        fc.option(texts, { nil: undefined }),
        fc.string({ unit: "binary" }),
        (args, value, stdin) => {
          const bytes = requestBytes({ key: "k:1", command: "weka", args, values: [value, undefined], stdin });
          expect(readRequest(bytes, ["A", "B"])).toEqual({
            key: "k:1",
            command: "weka",
            args,
            environment: value === undefined ? {} : { A: value },
            stdin: Buffer.from(stdin).toString(),
          });
          for (const part of [1, Math.floor(bytes.length / 2), bytes.length - 1]) {
            expect(readRequest(bytes.subarray(0, part), ["A", "B"])).toBeUndefined();
          }
        },
      ),
    );
  });
});

describe("an answer", () => {
  it("is three lines, whatever it says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary", maxLength: 200 }), (stderr, stdout) => {
        const lines = writeAnswer({ exitCode: 3, stdout, stderr }).toString().split("\n");
        expect([lines.length, lines[0], lines[2]?.startsWith("=")]).toEqual([4, "3", true]);
      }),
    );
  });

  it("carries a long output behind them as it is", () => {
    const stdout = "line\n\\ %s\n".repeat(500);
    expect(writeAnswer({ exitCode: 0, stdout, stderr: "" }).toString()).toBe(`0\n\n@\n${stdout}`);
  });
});
