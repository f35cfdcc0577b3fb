import { builtinModules } from "node:module";
import { importsOf, type SourceFile } from "./source-files.ts";

interface PackageJson {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** Dependencies that are missing, unused or of another version than the root's, each as a sentence. */
export function wrongDependencies(files: readonly SourceFile[]): string[] {
  const packages = files.filter((file) => /^(packages\/[^/]+\/)?package\.json$/.test(file.path));
  const root = packages.find((file) => file.path === "package.json");
  const versions = root === undefined ? {} : allOf(parse(root));
  return [
    ...packages.filter((file) => file !== root).flatMap((file) => wrongIn(file, files, versions)),
    ...(root === undefined ? [] : unusedInRoot(parse(root), files)),
  ];
}

/**
 * Optional parts that the lock file leaves out, such as a tool's binary for another system. npm writes such a file without
 * a word when its registry lacks one, and `npm ci` then refuses it everywhere.
 */
export function missingFromLock(lock: PackageLock): string[] {
  return Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !(`node_modules/${name}` in lock.packages || `${path}/node_modules/${name}` in lock.packages))
      .map((name) => `package-lock.json lacks ${name}, an optional part of ${path}`),
  );
}

export interface PackageLock {
  readonly packages: Readonly<Record<string, Pick<PackageJson, "optionalDependencies">>>;
}

/** A package lists exactly what its files import: in dependencies what runs, in devDependencies what only tests need. */
function wrongIn(file: SourceFile, files: readonly SourceFile[], versions: Readonly<Record<string, string>>): string[] {
  const folder = file.path.slice(0, -"package.json".length);
  const { name, dependencies = {}, devDependencies = {} } = parse(file);
  const own = files.filter((f) => f.path.startsWith(folder) && f.path.endsWith(".ts"));
  const run = packagesOf(own.filter((f) => !isTest(f.path))).filter((p) => p !== name);
  const tested = packagesOf(own.filter((f) => isTest(f.path))).filter((p) => p !== name && !run.includes(p));
  const listed = { ...dependencies, ...devDependencies };
  return [
    ...run.filter((p) => !(p in dependencies)).map((p) => `${file.path} does not list ${p}`),
    ...tested.filter((p) => !(p in listed)).map((p) => `${file.path} does not list ${p} for its tests`),
    ...Object.keys(dependencies)
      .filter((p) => !run.includes(p))
      .map((p) => `${file.path} lists ${p}, which nothing but its tests imports`),
    ...Object.keys(devDependencies)
      .filter((p) => !tested.includes(p))
      .map((p) => `${file.path} lists ${p} for its tests, which do not import it`),
    ...Object.entries(listed)
      .filter(([p, version]) => !p.startsWith("@muster/") && versions[p] !== version)
      .map(([p, version]) => `${file.path} has ${p} ${version}, and the root has ${versions[p] ?? "none"}`),
  ];
}

/** The root pins the version of everything; what nobody imports and no script runs is not pinned. */
function unusedInRoot(root: PackageJson, files: readonly SourceFile[]): string[] {
  const imported = packagesOf(files.filter((file) => file.path.endsWith(".ts")));
  const runs = Object.values(root.scripts ?? {}).join(" ") + files.find((f) => f.path === "tests/gate/steps.ts")?.text;
  return Object.keys(allOf(root))
    .filter((name) => !imported.includes(name) && !isTool(name, runs))
    .map((name) => `package.json lists ${name}, which nothing imports or runs`);
}

/** Run by name, loaded by such a tool, or types of the platform. */
function isTool(name: string, runs: string): boolean {
  const tools = { typescript: "tsc", "oxlint-tsgolint": "oxlint", "@types/node": "node" };
  return runs.includes(name in tools ? tools[name as keyof typeof tools] : name);
}

function packagesOf(files: readonly SourceFile[]): string[] {
  const names = files.flatMap((file) => importsOf(file.text)).flatMap((specifier) => packageOf(specifier) ?? []);
  return [...new Set(names)].toSorted();
}

/** `@aws-sdk/client-ec2/x` -> `@aws-sdk/client-ec2`; undefined for files and for Node's own modules. */
function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith(".") || specifier.startsWith("node:") || builtinModules.includes(specifier))
    return undefined;
  const parts = specifier.split("/");
  const name = specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
  return name === "aws-lambda" ? "@types/aws-lambda" : name;
}

function isTest(path: string): boolean {
  return path.endsWith(".test.ts") || /\/src\/(.*\/)?testing\//.test(path);
}

function allOf({ dependencies = {}, devDependencies = {} }: PackageJson): Readonly<Record<string, string>> {
  return { ...dependencies, ...devDependencies };
}

function parse(file: SourceFile): PackageJson {
  return JSON.parse(file.text) as PackageJson;
}
