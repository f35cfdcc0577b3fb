import { ruleOfIssue, valueAt, type ClusterSpec, type SpecProblem } from "@muster/core";
import type * as z from "zod/mini";
import { FILESYSTEM_BYTES_MIN } from "./limits.ts";
import { bytesOf, CLIENT_TIER, CONVERGED, wekaSectionSchema, type WekaSection } from "./spec-section.ts";
import { cliGeneration, RELEASE, SUPPORTED_RELEASES } from "./versions.ts";

/**
 * Checks the `weka:` section by itself. `section` is what could be read of it, with the parts that could not be left at
 * their defaults, so that the other checks can go on; undefined when there is none.
 */
export function checkSection(spec: ClusterSpec): {
  section: WekaSection | undefined;
  problems: readonly SpecProblem[];
} {
  const written = spec["weka"];
  if (typeof written !== "object" || written === null || Array.isArray(written)) {
    return {
      section: undefined,
      problems: [
        {
          path: "weka",
          ...(written === undefined ? {} : { found: shown(written) }),
          rule: "A spec of product weka has a section weka with at least version and tokenSecret.",
          remedy: "Write weka: { version: 5.1.31, tokenSecret: <name of a secret in Secrets Manager> }.",
        },
      ],
    };
  }
  const parsed = wekaSectionSchema.safeParse(written);
  const shapeProblems = parsed.success ? [] : problemsOf(parsed.error.issues, written);
  const section = parsed.success ? parsed.data : readable(written, parsed.error.issues);
  return { section, problems: [...shapeProblems, ...ruleProblems(spec, section, shapeProblems)] };
}

/** The value as short text, for `found`. */
function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function problemsOf(issues: readonly z.core.$ZodIssue[], written: object): SpecProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: pathOf([...issue.path, key]),
        rule: "There is no such field.",
        remedy: "Take it out, or correct its name.",
      }));
    }
    const path = pathOf(issue.path);
    const found = valueAt(written, issue.path);
    const [rule, remedy] = RULES[path] ?? [`It ${ruleOfIssue(issue)}.`, "See the JSON Schema of the spec."];
    return [{ path, ...(found === undefined ? {} : { found: shown(found) }), rule, remedy }];
  });
}

const RULES: Readonly<Record<string, readonly [rule: string, remedy: string]>> = {
  "weka.version": ["It must be a WEKA release such as 5.1.31, as text.", "Write a release of get.weka.io, in quotes."],
  "weka.tokenSecret": [
    "It must be the name or ARN of a secret in Secrets Manager that holds your token for get.weka.io.",
    "Make the secret with aws secretsmanager create-secret, and write its name.",
  ],
  "weka.protection.data": ["It must be a whole number.", "Leave it out for the widest stripe that fits."],
  "weka.protection.parity": ["It must be 2 or 4.", "Leave it out for 2."],
  "weka.protection.hotSpares": ["It must be a whole number.", "Leave it out for WEKA's own default."],
  "weka.filesystem": ["It must be none, or have a name and a size.", "Leave it out for one that takes everything."],
  "weka.filesystem.name": [
    "A filesystem's name has 1 to 32 letters, digits, dots, dashes or underscores.",
    "Write a name such as default.",
  ],
  "weka.filesystem.size": ["It must be all, or a size such as 10TB or 4TiB.", "Write all, or a number with its unit."],
  "weka.client.cores": ["It must be a whole number of at least 1.", "Write 1."],
  "weka.client.mountPath": ["It must be a plain absolute path.", "Write a path such as /mnt/weka."],
  "weka.client.udp": ["It must be true or false.", "Leave it out for false."],
  "weka.dedicatedFrontend": ["It must be true or false.", "Leave it out for the deployment's default."],
  "weka.proxy": [
    "It must be the URL of an HTTP proxy, without a user or password in it.",
    "Write it as http://10.0.0.5:3128.",
  ],
};

function ruleProblems(
  spec: ClusterSpec,
  section: WekaSection | undefined,
  known: readonly SpecProblem[],
): readonly SpecProblem[] {
  if (section === undefined) return [];
  const found = [
    ...versionProblems(section),
    ...filesystemProblems(spec, section),
    ...mountPathProblems(section),
    ...frontendProblems(spec, section),
  ];
  return found.filter((problem) => !known.some((other) => other.path === problem.path));
}

function versionProblems({ version }: WekaSection): SpecProblem[] {
  if (cliGeneration(version) !== undefined || !RELEASE.test(version)) return [];
  const supported = Object.keys(SUPPORTED_RELEASES);
  return [
    {
      path: "weka.version",
      found: version,
      rule: `Muster knows the command line of WEKA ${supported.join(", ")}.`,
      remedy: `Choose a release of ${nearestRelease(version, supported)}.`,
    },
  ];
}

function nearestRelease(version: string, supported: readonly string[]): string {
  const wanted = rank(version);
  return supported.toSorted((a, b) => Math.abs(rank(a) - wanted) - Math.abs(rank(b) - wanted))[0] ?? "";
}

function rank(release: string): number {
  const [major = "0", minor = "0"] = release.split(".");
  return Number(major) * 100 + Number(minor);
}

function filesystemProblems(spec: ClusterSpec, { filesystem, client }: WekaSection): SpecProblem[] {
  const clients = spec.tiers[CLIENT_TIER]?.count ?? 0;
  if (filesystem === "none") {
    if (clients === 0 && spec.deployment !== CONVERGED) return [];
    return [
      {
        path: "weka.filesystem",
        found: "none",
        rule: `Nodes mount a filesystem at ${client.mountPath}, so there must be one.`,
        remedy:
          spec.deployment === CONVERGED
            ? "Give filesystem a name, or leave it out for default."
            : "Give filesystem a name, or set tiers.client.count to 0.",
      },
    ];
  }
  const problems: SpecProblem[] = [];
  if (filesystem.name === "none") {
    problems.push({
      path: "weka.filesystem.name",
      found: "none",
      rule: "The name none stands for no filesystem.",
      remedy: "Choose another name, such as default.",
    });
  }
  const bytes = bytesOf(filesystem.size);
  if (bytes !== "all" && bytes < FILESYSTEM_BYTES_MIN) {
    problems.push({
      path: "weka.filesystem.size",
      found: filesystem.size,
      rule: "A WEKA filesystem has at least 1 GiB.",
      remedy: "Write 1GiB or more.",
    });
  }
  return problems;
}

/** Folders of the system's own, and WEKA's: a filesystem mounted there would hide what the node needs to run. */
const SYSTEM_FOLDERS: readonly string[] =
  "/bin /boot /dev /etc /lib /lib64 /opt/weka /proc /root /run /sbin /sys /tmp /usr /var/lib /var/log".split(" ");

function mountPathProblems({ client: { mountPath } }: WekaSection): SpecProblem[] {
  const hidden = SYSTEM_FOLDERS.find(
    (folder) => `${mountPath}/`.startsWith(`${folder}/`) || folder.startsWith(`${mountPath}/`),
  );
  if (hidden === undefined) return [];
  return [
    {
      path: "weka.client.mountPath",
      found: mountPath,
      rule: `A filesystem mounted there would hide ${hidden}, which the node needs.`,
      remedy: "Write a path such as /mnt/weka.",
    },
  ];
}

function frontendProblems(spec: ClusterSpec, { dedicatedFrontend }: WekaSection): SpecProblem[] {
  if (spec.deployment !== CONVERGED || dedicatedFrontend !== false) return [];
  return [
    {
      path: "weka.dedicatedFrontend",
      found: "false",
      rule: "Converged nodes mount the filesystem themselves, through a frontend container of their own.",
      remedy: "Leave it out, or write true.",
    },
  ];
}

// What cannot be read is taken out, for the eyes of the other checks only.
function readable(written: object, issues: readonly z.core.$ZodIssue[]): WekaSection | undefined {
  const repaired: Record<string, unknown> = { version: "0.0.0", tokenSecret: "none", ...structuredClone(written) };
  for (const issue of issues) {
    const keys =
      issue.code === "unrecognized_keys" && "keys" in issue ? (issue.keys as readonly string[]) : [undefined];
    for (const key of keys) drop(repaired, key === undefined ? issue.path : [...issue.path, key]);
  }
  const parsed = wekaSectionSchema.safeParse({ version: "0.0.0", tokenSecret: "none", ...repaired });
  return parsed.success ? parsed.data : undefined;
}

function drop(target: Record<string, unknown>, path: readonly PropertyKey[]): void {
  const [first, ...rest] = path.map(String);
  if (first === undefined) return;
  const inner = target[first];
  if (rest.length === 0 || typeof inner !== "object" || inner === null) delete target[first];
  else drop(inner as Record<string, unknown>, rest);
}

function pathOf(path: readonly PropertyKey[]): string {
  return ["weka", ...path.map(String)].join(".");
}
