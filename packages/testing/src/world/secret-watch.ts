import type { Observe } from "@muster/local-cloud";

/** Watches every call for secrets where none may be. */
export interface SecretWatch {
  readonly observe: Observe;
  /** The same for a text that goes past every call; `where`, such as "the log of launch-nodes". */
  readonly observeText: (where: string, text: string) => void;
  /** Where a secret's value was seen, each as a sentence. */
  readonly sightings: () => string[];
}

/**
 * A secret's value may be in what Secrets Manager is told, and in what it answers to a node. It may be in no other call,
 * and whatever Muster keeps, sends to a node or hands from step to step passes through one; and in no log.
 */
export function watchSecrets(knownValues: readonly string[]): SecretWatch {
  const values = new Set(knownValues);
  const seen = new Set<string>();
  const observeText = (where: string, text: string) => {
    for (const value of values) if (text.includes(value)) seen.add(`a secret is in ${where}`);
  };
  return {
    observeText,
    observe: (call, input, output) => {
      if (call.service === "secretsmanager") {
        const { SecretString } = input as { SecretString?: string };
        const { RandomPassword } = output as { RandomPassword?: string };
        for (const value of [SecretString, RandomPassword]) if (value !== undefined) values.add(value);
        return;
      }
      for (const [direction, part] of [
        ["input", input],
        ["output", output],
      ] as const) {
        const where = `the ${direction} of ${call.service}:${call.operation} by ${call.caller.arn}`;
        observeText(where, JSON.stringify(part, readable));
      }
    },
    sightings: () => [...seen],
  };
}

// Payloads of functions are bytes: a secret in them is a secret all the same.
function readable(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
}
