import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

interface ExampleSpec {
  readonly [field: string]: unknown;
  readonly name: string;
  readonly network: { readonly [field: string]: unknown; readonly subnets: readonly string[] };
  readonly tiers: Readonly<Record<string, { readonly count: number; readonly instanceTypes: readonly string[] }>>;
  readonly weka: Readonly<Record<string, unknown>>;
}

/** The spec of examples/weka-client-backend.yaml, changed only where a test says so. */
export function exampleSpec(change: Readonly<Record<string, unknown>> = {}): ExampleSpec {
  const file = fileURLToPath(new URL("../../../../examples/weka-client-backend.yaml", import.meta.url));
  return { ...(parse(readFileSync(file, "utf8")) as ExampleSpec), ...change };
}
