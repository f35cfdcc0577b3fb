import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readSpecFile } from "./spec-file.ts";

const folder = mkdtempSync(join(tmpdir(), "muster-spec-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, "spec.yaml");
  writeFileSync(path, text);
  return path;
}

describe("a spec file", () => {
  it.each([
    ["YAML", "name: demo # mine\ntiers: {backend: {count: 6}}\n"],
    ["JSON", '{"name": "demo", "tiers": {"backend": {"count": 6}}}'],
  ])("is read as %s", (_, text) => {
    expect(readSpecFile(file(text))).toEqual({ name: "demo", tiers: { backend: { count: 6 } } });
  });

  const bomb = ["a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]", ..."bcdef".split("").map(aliasesOfTheOneBefore)].join("\n");

  it.each([
    ["an open bracket", "a: [1,\nb: }", /at line 2, column 1\.$/],
    ["a field that is there twice", "name: x\nname: y\n", "Map keys must be unique at line 2, column 1."],
    ["tabs", "a:\n\tb: 1\n", /at line 2, column 1\.$/],
    ["a tag that nobody knows", "a: !foo b", "Unresolved tag: !foo at line 1, column 4."],
    ["an alias of nothing", "a: *b", /Unresolved alias .*: b\.$/],
    ["aliases that would fill the memory", bomb, /^Excessive alias count/],
    ["two documents", "a: 1\n---\nb: 2\n", "It holds several documents, and a spec is one."],
    ["nothing", "# later\n", "It is empty."],
  ])("with %s is told where it is wrong", (_, text, why) => {
    const path = file(text);
    expect(refusalOf(path)).toMatchObject({
      code: "SpecUnreadable",
      exitCode: 1,
      what: `${path} is no spec that can be read.`,
      why: expect.stringMatching(why),
    });
  });

  it.each([
    [join(folder, "none.yaml"), "There is no such file."],
    [folder, "It is a folder."],
  ])("that cannot be opened is a wrong command line: %s", (path, why) => {
    expect(refusalOf(path)).toMatchObject({ code: "FileUnreadable", exitCode: 2, why });
  });
});

function refusalOf(path: string): unknown {
  try {
    return readSpecFile(path);
  } catch (error) {
    return error;
  }
}

function aliasesOfTheOneBefore(letter: string): string {
  const before = String.fromCharCode(letter.charCodeAt(0) - 1);
  return `${letter}: &${letter} [${Array.from({ length: 10 }, () => `*${before}`).join(", ")}]`;
}
