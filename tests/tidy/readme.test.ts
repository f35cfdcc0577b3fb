import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commands } from "../../packages/cli/src/commands/all.ts";
import { wrongInReadme, wrongTree, type Known } from "./readme.ts";
import { sourceFiles } from "./source-files.ts";

const files = sourceFiles();
const known: Known = {
  scripts: Object.keys((JSON.parse(readFileSync("package.json", "utf8")) as { scripts: object }).scripts),
  commands: commands.map((command) => command.name),
  files: files.map((file) => file.path),
};

const readme = (text: string) => ({ path: "README.md", text });
const shell = (command: string) => readme(`\`\`\`sh\n${command}\n\`\`\`\n`);

describe("READMEs", () => {
  it("speak of scripts, commands and files that there are", () => {
    const readmes = files.filter((file) => file.path.endsWith("README.md"));
    expect(readmes.flatMap((file) => wrongInReadme(file, known))).toEqual([]);
  });

  it.each([
    ["a script", shell("npm ci && npm run fly"), "there is no script fly"],
    ["a command", shell("npx muster cluster fly demo"), "muster has no command cluster fly"],
    [
      "a file that a command takes",
      shell("npx muster cluster plan examples/none.yaml"),
      "there is no examples/none.yaml",
    ],
    ["a folder", readme("See `packages/nowhere/`."), "there is no packages/nowhere/"],
  ])("are refused when they speak of %s that there is not", (_, file, problem) => {
    expect(wrongInReadme(file, known)).toEqual([`README.md: ${problem}`]);
  });
});

describe("the README's tree", () => {
  it("is the tree", () => {
    const [file] = files.filter((f) => f.path === "README.md");
    expect(wrongTree(file ?? readme(""), known.files)).toEqual([]);
  });

  it("is refused when it lacks a folder, or shows one that is not there", () => {
    const text = "```\npackage.json\nfunctions/   handlers\nlost/        nothing\n```\n";
    expect(wrongTree(readme(text), ["package.json", "functions/a.ts", "packages/core/x.ts"])).toEqual([
      "README.md: the tree shows lost/, which is not there",
      "README.md: the tree lacks packages/",
    ]);
  });
});
