import type * as z from "zod/mini";
import { MusterError } from "../errors/muster-error.ts";
import { ruleOfIssue, valueAt } from "../errors/schema-issue.ts";
import type { Product } from "../product/product.ts";
import type { SpecProblem } from "./problem.ts";
import {
  CLUSTER_NAME_CHARACTERS_MAX,
  clusterSpecSchema,
  SPEC_API_VERSION,
  SPEC_BYTES_MAX,
  USER_TAGS_MAX,
  type ClusterSpec,
} from "./spec.ts";

export type ParsedSpec =
  | { readonly spec: ClusterSpec; readonly product: Product }
  | { readonly problems: readonly [SpecProblem, ...SpecProblem[]] };

/** Reads a spec from parsed JSON or YAML, and reports everything that is wrong with it at once. */
export function parseSpec(input: unknown, products: readonly Product[]): ParsedSpec {
  const size = new TextEncoder().encode(JSON.stringify(input ?? null)).length;
  if (size > SPEC_BYTES_MAX) {
    return {
      problems: [
        {
          path: "",
          found: `${size} bytes`,
          rule: `A spec has at most ${SPEC_BYTES_MAX} bytes as JSON.`,
          remedy: "Shorten it: fewer tags, fewer candidates.",
        },
      ],
    };
  }
  const parsed = clusterSpecSchema.safeParse(input);
  const general = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(issue, input))),
    ...unknownFields(input, products),
    ...unknownProduct(input, products),
    ...tagProblems(input),
  ];
  // The product looks at the rest even when the general part is wrong: what is wrong there is replaced for its eyes only.
  const readable = parsed.success ? parsed.data : clusterSpecSchema.safeParse(repair(input, parsed.error.issues)).data;
  const product = readable === undefined ? undefined : products.find((p) => p.name === readable.product);
  const special = readable === undefined ? [] : specialProblems(readable, product);
  const own = special.filter((problem) => !general.some((g) => overlaps(g.path, problem.path)));
  const [first, ...rest] = [...general, ...own];
  if (first !== undefined) return { problems: [first, ...rest] };
  return { spec: readable as ClusterSpec, product: product as Product };
}

/** @throws {MusterError} SpecInvalid, listing all problems */
export function requireSpec(input: unknown, products: readonly Product[]): { spec: ClusterSpec; product: Product } {
  const parsed = parseSpec(input, products);
  if ("spec" in parsed) return parsed;
  const { problems } = parsed;
  throw new MusterError("SpecInvalid", {
    what: `The spec breaks ${problems.length === 1 ? "a rule" : `${problems.length} rules`}; nothing was done.`,
    why: `${problems.map((p) => `${p.path === "" ? "spec" : p.path}${p.found === undefined ? "" : ` is ${p.found}`}: ${p.rule}`).join(" ")} (SpecInvalid)`,
    remedy: [...new Set(problems.map((p) => p.remedy))].join(" "),
    details: { problems },
  });
}

function specialProblems(spec: ClusterSpec, product: Product | undefined): readonly SpecProblem[] {
  // Said already.
  if (product === undefined) return [];
  if (!product.deployments.includes(spec.deployment)) {
    return [
      {
        path: "deployment",
        found: text(spec.deployment),
        rule: `${product.name} has no such deployment.`,
        remedy: `Write one of: ${product.deployments.join(", ")}.`,
      },
    ];
  }
  return product.check(spec);
}

/** The general schema leaves room for the product's own section, and for no other. */
function unknownFields(input: unknown, products: readonly Product[]): SpecProblem[] {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return [];
  const { product } = input as Readonly<Record<string, unknown>>;
  const names = products.map(({ name }) => name);
  // Of a product that nobody knows, no section can be told from another.
  const sections = names.some((name) => name === product) ? [product as string] : names;
  const known = [...Object.keys(clusterSpecSchema.shape), ...sections];
  return Object.keys(input)
    .filter((key) => !known.includes(key))
    .map(unknownField);
}

function unknownProduct(input: unknown, products: readonly Product[]): SpecProblem[] {
  const found = valueAt(input, ["product"]);
  if (typeof found !== "string" || products.some(({ name }) => name === found)) return [];
  return [
    {
      path: "product",
      found: text(found),
      rule: "It must be a product that Muster knows.",
      remedy: `Write one of: ${products.map(({ name }) => name).join(", ")}.`,
    },
  ];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
function tagProblems(input: unknown): SpecProblem[] {
  const tags = valueAt(input, ["tags"]);
  if (typeof tags !== "object" || tags === null || Array.isArray(tags)) return [];
  const keys = Object.keys(tags);
  const taken = keys.filter((key) => key === "" || /^(aws|muster):/i.test(key));
  return [
    ...taken.map((key) => ({
      path: `tags.${key}`,
      rule: "A tag's key is not empty, and does not begin with aws: or muster:, which belong to AWS and to Muster.",
      remedy: "Choose another key.",
    })),
    ...(keys.length > USER_TAGS_MAX
      ? [
          {
            path: "tags",
            found: `${keys.length} tags`,
            rule: `A spec has at most ${USER_TAGS_MAX} tags.`,
            remedy: "Take some out: EC2 allows 50 a resource, and some are Muster's and AWS's.",
          },
        ]
      : []),
  ];
}

function unknownField(path: string): SpecProblem {
  return { path, rule: "There is no such field.", remedy: "Take it out, or correct its name." };
}

function problemsOf(issue: z.core.$ZodIssue, input: unknown): SpecProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownField(pathOf([...issue.path, key])));
  }
  const path = pathOf(issue.path);
  const found = valueAt(input, issue.path);
  return [
    {
      path,
      ...(found === undefined ? {} : { found: text(found) }),
      rule: ruleOf(path, found, issue),
      remedy: remedyOf(path),
    },
  ];
}

function ruleOf(path: string, found: unknown, issue: z.core.$ZodIssue): string {
  if (found === undefined) return "It is required.";
  return RULES.find(([pattern]) => pattern.test(path))?.[1] ?? `It ${ruleOfIssue(issue)}.`;
}

function remedyOf(path: string): string {
  return RULES.find(([pattern]) => pattern.test(path))?.[2] ?? "See the JSON Schema of the spec: muster spec schema.";
}

// The rules of the general part, as sentences; what has none here is said in the schema library's own words.
const RULES: readonly (readonly [RegExp, string, string])[] = [
  [/^apiVersion$/, `It must be ${SPEC_API_VERSION}.`, `Write apiVersion: ${SPEC_API_VERSION}.`],
  [
    /^name$/,
    `A cluster's name has 2 to ${CLUSTER_NAME_CHARACTERS_MAX} of a-z, 0-9 and -, starts with a letter and does not end with -.`,
    "Choose a name such as demo or data-01.",
  ],
  [/^network\.subnets/, "It must be a list of 1 to 10 subnet ids.", "Write ids such as subnet-0123456789abcdef0."],
  [
    /^network\.securityGroups/,
    "It must be a list of 1 to 5 security group ids.",
    "Write ids such as sg-0123456789abcdef0.",
  ],
  [/^tiers\.[^.]+\.count$/, "It must be a whole number from 0 to 4000.", "Write the number of nodes."],
  [
    /^tiers\.[^.]+\.instanceTypes/,
    "It must be a list of 1 to 10 instance types.",
    "Write types such as i3en.2xlarge, the preferred one first.",
  ],
  [/^tiers\.[^.]+\.purchase$/, "It must be on-demand or spot.", "Write on-demand or spot."],
  [
    /^image$/,
    "It must be an AMI id.",
    "Write an id such as ami-0123456789abcdef0, or leave it out for Amazon Linux 2023.",
  ],
];

// Stand-ins for parts that cannot be read. They are only ever shown to a product's check, and never leave this file.
const STAND_INS: Readonly<Record<string, unknown>> = {
  apiVersion: SPEC_API_VERSION,
  name: "stand-in",
  network: { subnets: ["subnet-00000000"], securityGroups: ["sg-00000000"] },
  tags: {},
  keepOnFailure: false,
};

function repair(input: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return undefined;
  const repaired: Record<string, unknown> = structuredClone(input) as Record<string, unknown>;
  for (const issue of issues) {
    const [top, tier, field] = issue.path.map(String);
    if (top === undefined) return undefined;
    if (top in STAND_INS) repaired[top] = STAND_INS[top];
    else if (top === "image" || top === "instanceProfile") delete repaired[top];
    else if (top === "tiers" && tier !== undefined)
      repairTier(repaired["tiers"], tier, issue.code === "unrecognized_keys" ? issue.keys : [field ?? ""]);
  }
  return repaired;
}

function repairTier(tiers: unknown, name: string, fields: readonly string[]): void {
  if (typeof tiers !== "object" || tiers === null) return;
  const tier = (tiers as Record<string, unknown>)[name];
  if (typeof tier !== "object" || tier === null) return;
  const record = tier as Record<string, unknown>;
  for (const field of fields) {
    if (field === "count") record[field] = 0;
    else if (field === "purchase") record[field] = "on-demand";
    // Of no family: what the product says of it is not shown, and what else it finds is.
    else if (field === "instanceTypes") record[field] = ["stand-in.large"];
    else delete record[field];
  }
}

function overlaps(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

function text(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}
