import type { Manifest } from "@muster/manifest";
import type { Recording } from "../synth/recording.ts";

/** Looks at all that a stage would create, and answers what is wrong, each as a sentence. */
export type Check = (recording: Recording, manifest: Manifest) => string[];

/** A member of inputs as text; empty when it is none. */
export function textOf(inputs: Readonly<Record<string, unknown>>, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : "";
}

/** A member of inputs that has members itself. */
export function objectOf(inputs: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  const value = inputs[key];
  return typeof value === "object" && value !== null ? { ...value } : {};
}

export function listOf(inputs: Readonly<Record<string, unknown>>, key: string): readonly unknown[] {
  const value = inputs[key];
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
