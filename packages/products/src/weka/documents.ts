import { readFileSync } from "node:fs";
import type { SsmDocument } from "../ssm-document.ts";
import { HOOK_TIMEOUTS_SECONDS } from "./timeouts.ts";
import { DOCUMENT_PARAMETERS, PARAMETERS, type DocumentName } from "./parameters.ts";

/** SSM takes a document of at most this many bytes (Systems Manager quotas). */
export const DOCUMENT_BYTES_MAX = 65_536;

/** WEKA's SSM Command documents: one step each, with the hook's script and what it shares with the others in one text. */
export function wekaDocuments(): readonly SsmDocument[] {
  return documentNames().map((name) => ({ name, content: contentOf(name) }));
}

/** The script of a document as the agent runs it: the shared part stands where the file sources it. */
function documentScript(name: DocumentName): string {
  const script = readHook(`${name.replace(/^weka-/, "")}.sh`);
  if (!script.includes(SOURCE_LINES)) throw new Error(`the script of ${name} does not source lib.sh as the others do`);
  return script.replace(SOURCE_LINES, () => readHook("lib.sh"));
}

const SOURCE_LINES = '# shellcheck source=lib.sh\nsource "${BASH_SOURCE[0]%/*}/lib.sh"\n';

function documentNames(): readonly DocumentName[] {
  return Object.keys(DOCUMENT_PARAMETERS) as DocumentName[];
}

function contentOf(name: DocumentName): SsmDocument["content"] {
  return {
    schemaVersion: "2.2",
    description: DESCRIPTIONS[name],
    parameters: Object.fromEntries(
      DOCUMENT_PARAMETERS[name].map((parameter) => [
        parameter,
        {
          type: "String" as const,
          description: PARAMETERS[parameter].description,
          allowedPattern: PARAMETERS[parameter].pattern,
          interpolationType: "ENV_VAR" as const,
        },
      ]),
    ),
    mainSteps: [
      {
        action: "aws:runShellScript",
        name: name.replaceAll("-", "_"),
        precondition: { StringEquals: ["platformType", "Linux"] },
        inputs: {
          timeoutSeconds: String(HOOK_TIMEOUTS_SECONDS[name]),
          runCommand: documentScript(name).trimEnd().split("\n"),
        },
      },
    ],
  };
}

const DESCRIPTIONS: Readonly<Record<DocumentName, string>> = {
  "weka-prepare": "Muster: makes an instance a WEKA backend that is in no cluster yet.",
  "weka-form": "Muster: forms a WEKA cluster of prepared backends, or goes on where that was left.",
  "weka-join": "Muster: takes a prepared backend into a WEKA cluster.",
  "weka-verify": "Muster: sums up how a WEKA cluster is.",
  "weka-mount": "Muster: mounts a WEKA filesystem.",
  "weka-unmount": "Muster: unmounts a WEKA filesystem.",
};

function readHook(file: string): string {
  return readFileSync(new URL(`hooks/${file}`, import.meta.url), "utf8");
}
