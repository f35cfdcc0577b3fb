import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What Muster's adapters import of one SDK package. */
export interface SdkImports {
  /** `@aws-sdk/client-ec2`. */
  readonly packageName: string;
  /** `EC2Client`. */
  readonly client: string;
  /** `RunInstancesCommand` and so on: every operation that a function can call. */
  readonly commands: readonly string[];
  /** Exceptions that they look at by class. */
  readonly exceptions: readonly string[];
}

/** Read off the sources, so that a new call cannot be forgotten here. */
export function sdkImports(): SdkImports[] {
  const names = new Map<string, Set<string>>();
  for (const source of sources()) {
    for (const [, list = "", packageName = ""] of source.matchAll(IMPORT)) {
      const known = names.get(packageName) ?? new Set();
      names.set(packageName, known);
      for (const name of list.split(",")) known.add(name.trim());
    }
  }
  return [...names].map(([packageName, found]) => ({
    packageName,
    client: only([...found].filter((name) => /^\w+Client$/.test(name))),
    commands: [...found].filter((name) => /^\w+Command$/.test(name)).toSorted(),
    exceptions: [...found].filter((name) => /^\w+Exception$/.test(name)),
  }));
}

const IMPORT = /^import \{([^}]*)\} from "(@aws-sdk\/client-[\w-]+)";$/gm;

function sources(): string[] {
  const folder = fileURLToPath(new URL("../../../packages/aws/src/", import.meta.url));
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .map((path) => readFileSync(join(folder, path), "utf8"));
}

function only(names: readonly string[]): string {
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) throw new Error(`there must be one client: ${names.join(", ")}`);
  return name;
}
