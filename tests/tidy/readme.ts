import type { SourceFile } from "./source-files.ts";

/** What a README may speak of. */
export interface Known {
  /** Names of package.json's scripts. */
  readonly scripts: readonly string[];
  /** `cluster deploy`. */
  readonly commands: readonly string[];
  readonly files: readonly string[];
}

/** What a README says that is not so, each as a sentence. */
export function wrongInReadme({ path, text }: SourceFile, known: Known): string[] {
  return [
    ...commandsOf(text).flatMap((command) => wrongCommand(command, known)),
    ...pathsOf(text)
      .filter((named) => !exists(named, path, known.files))
      .map((named) => `there is no ${named}`),
  ].map((problem) => `${path}: ${problem}`);
}

/** What the tree in a README leaves out, and what it shows that is not there. */
export function wrongTree({ path, text }: SourceFile, files: readonly string[]): string[] {
  const tree = /^```\n(package\.json[\s\S]*?)```/m.exec(text)?.[1] ?? "";
  const shown = tree.split("\n").flatMap((line) => /^([\w.-]+\/?)/.exec(line)?.[1] ?? []);
  const top = new Set(files.map((file) => (file.includes("/") ? `${file.split("/")[0]}/` : file)));
  return [
    ...shown.filter((name) => !top.has(name)).map((name) => `${path}: the tree shows ${name}, which is not there`),
    ...[...top]
      .filter((name) => name.endsWith("/") && !name.startsWith(".") && !shown.includes(name))
      .map((name) => `${path}: the tree lacks ${name}`),
  ];
}

/** Lines of its shell blocks, without comments; `&&` makes two of one. */
function commandsOf(text: string): string[] {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap((block) => (block[1] ?? "").replaceAll("\\\n", " ").split(/\n|&&/))
    .map((line) => line.replace(/\s#.*$/, "").trim())
    .filter((line) => line !== "");
}

function wrongCommand(command: string, { scripts, commands }: Known): string[] {
  const [program, first = "", second = ""] = command.split(/\s+/);
  if (program === "npm") {
    const script = first === "run" ? second : first;
    return scripts.includes(script) || ["ci", "install"].includes(script) ? [] : [`there is no script ${script}`];
  }
  if (program === "npx" && first === "muster") {
    const name = command.split(/\s+/).slice(2, 4).join(" ");
    return commands.includes(name) ? [] : [`muster has no command ${name}`];
  }
  return [];
}

/** What stands in backticks and looks like a file or folder of the project, and what shell blocks take as files. */
function pathsOf(text: string): string[] {
  const quoted = [...text.matchAll(/`([\w.-]+(?:\/[\w.*<>-]+)+\/?)`/g)].map((match) => match[1] ?? "");
  const taken = commandsOf(text).flatMap((command) => command.match(/(?:examples|tests|packages)\/[\w./-]+/g) ?? []);
  return [...quoted, ...taken].filter((named) =>
    /^(examples|functions|infra|packages|statemachines|tests)\//.test(named),
  );
}

function exists(named: string, readme: string, files: readonly string[]): boolean {
  const folder = readme.slice(0, readme.lastIndexOf("/") + 1);
  const pattern = new RegExp(
    `^(?:${folder})?${named
      .replace(/\/$/, "")
      .replaceAll(".", "\\.")
      .replaceAll(/\*|<[^>]+>/g, "[^/]+")}(?:/|$)`,
  );
  return files.some((file) => pattern.test(file));
}
