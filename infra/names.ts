/** `launch-nodes` -> `LaunchNodes`: what a resource is called within the app. Its name in AWS is the manifest's. */
export function logicalName(name: string): string {
  return name
    .split(/[^a-zA-Z0-9]+/)
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join("");
}

/** A resource that another one needs by name. */
export function required<T>(all: ReadonlyMap<string, T>, name: string): T {
  const found = all.get(name);
  if (found === undefined) throw new Error(`the manifest uses ${name}, and does not have it`);
  return found;
}
