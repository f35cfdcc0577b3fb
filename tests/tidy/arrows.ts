import { posix } from "node:path";
import { importsOf, type SourceFile } from "./source-files.ts";

/** Which part may import which. `*`: anything. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  products: ["core"],
  asl: ["core"],
  manifest: ["core"],
  aws: ["core"],
  lambda: ["core", "aws"],
  "local-cloud": ["core", "asl", "manifest"],
  functions: ["core", "products", "aws", "lambda"],
  infra: ["core", "manifest", "products"],
  // The definitions are JSON: all their code is tests.
  statemachines: ["core", "products", "asl", "manifest", "local-cloud", "testing"],
  cli: ["core", "products", "asl", "manifest", "aws", "lambda", "local-cloud", "functions"],
  testing: ["core", "manifest", "lambda", "local-cloud", "cli"],
  tests: ["*"],
};

/** What only tests may import besides. */
const TESTS_ALSO = ["testing", "cli"];
/** Those of infra run the functions' bundles against the embedded cloud, and beside the AWS SDK. */
const INFRA_TESTS_ALSO = ["aws", "lambda", "local-cloud"];

/** Imports that go against the arrows, each as a sentence. */
export function wrongImports(files: readonly SourceFile[]): string[] {
  return files.filter((file) => file.path.endsWith(".ts")).flatMap(wrongImportsOf);
}

function wrongImportsOf(file: SourceFile): string[] {
  const part = partOf(file.path);
  if (part === undefined) return [];
  const allowed = [...(ARROWS[part] ?? []), part, ...(isTest(file.path) ? testsMayImport(part) : [])];
  if (allowed.includes("*")) return [];
  return importsOf(file.text).flatMap((specifier) => {
    const target = targetOf(file.path, specifier);
    if (target === undefined) return [];
    if (
      specifier.startsWith(".") &&
      target !== part &&
      !(part === "cli" && target === "functions") &&
      !isTest(file.path)
    ) {
      return [`${file.path} reaches into ${target} by a relative path (${specifier}): import the package`];
    }
    return allowed.includes(target) ? [] : [`${file.path} may not import ${target} (${specifier})`];
  });
}

function testsMayImport(part: string): readonly string[] {
  return part === "infra" ? [...TESTS_ALSO, ...INFRA_TESTS_ALSO] : TESTS_ALSO;
}

/** `packages/core/src/x.ts` -> `core`; `functions/x/y.ts` -> `functions`. */
function partOf(path: string): string | undefined {
  const [top, second] = path.split("/");
  if (top === "packages") return second;
  return top !== undefined && top in ARROWS ? top : undefined;
}

function targetOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith("@muster/")) return specifier.split("/")[1];
  if (specifier.startsWith(".")) return partOf(posix.normalize(posix.join(posix.dirname(from), specifier)));
  return undefined;
}

function isTest(path: string): boolean {
  return path.endsWith(".test.ts") || path.includes("/testing/");
}
