/**
 * The JSON paths that EventBridge knows: `$`, names after dots, indices, and the wildcard `*`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export type JsonPath = readonly (string | number | typeof every)[];

const every = Symbol("every");

/** @returns undefined for what is no path */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith("$")) return undefined;
  const steps: (string | number | typeof every)[] = [];
  const step = /\.(?:(\*)|([\w/-]+))|\[(?:(\*)|(\d+)|'([^']+)'|"([^"]+)")\]/y;
  step.lastIndex = 1;
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (match === null) return undefined;
    const [, dotStar, name, star, index, quoted, doubleQuoted] = match;
    if (dotStar !== undefined || star !== undefined) steps.push(every);
    else steps.push(index === undefined ? (name ?? quoted ?? doubleQuoted ?? "") : Number(index));
  }
  return steps;
}

/** What a path leads to; a path with a wildcard leads to a list. Undefined when it leads nowhere. */
export function readJsonPath(path: JsonPath, value: unknown): unknown {
  const found = path.reduce<unknown[]>((values, step) => values.flatMap((one) => follow(one, step)), [value]);
  return path.includes(every) ? found : found[0];
}

function follow(value: unknown, step: JsonPath[number]): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (step === every) return Object.values(value);
  if (typeof step === "number") return Array.isArray(value) && step < value.length ? [value[step]] : [];
  return Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : [];
}
