import type { DocumentRecord } from "./document-store.ts";
import { parseDocument } from "./schema.ts";

/**
 * AWS-RunShellScript, the one document of Amazon's that the embedded cloud has: for people who try things from a shell.
 * AWS's own is of schema 1.2, where the step has the name of its plugin; its parameter workingDirectory is left out.
 */
export function publicDocuments(now: number): DocumentRecord[] {
  const text = JSON.stringify({
    schemaVersion: "2.2",
    description: "Run a shell script or specify the commands to run.",
    parameters: {
      commands: { type: "StringList", description: "The commands to run.", minItems: 1, displayType: "textarea" },
      executionTimeout: {
        type: "String",
        description: "The time in seconds for a command to complete before it is considered to have failed.",
        default: "3600",
        allowedPattern: "^[1-9][0-9]{0,5}$",
      },
    },
    mainSteps: [
      {
        action: "aws:runShellScript",
        name: "runShellScript",
        inputs: { runCommand: "{{ commands }}", timeoutSeconds: "{{ executionTimeout }}" },
      },
    ],
  });
  const parsed = parseDocument(text, "JSON");
  const content = { ...parsed, steps: parsed.steps.map((step) => ({ ...step, name: "aws:runShellScript" })) };
  return [
    {
      name: "AWS-RunShellScript",
      owner: "Amazon",
      createdAt: now,
      displayName: undefined,
      targetType: "/",
      defaultVersion: 1,
      versions: [{ number: 1, versionName: undefined, text, format: "JSON", content, createdAt: now }],
      tags: new Map(),
    },
  ];
}
