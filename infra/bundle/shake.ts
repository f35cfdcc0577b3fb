/**
 * Generated modules of the SDK, rewritten so that esbuild can see what of them is not used. They mean the same as before:
 * nothing is taken out here, and what nothing refers to goes by esbuild's own tree shaking.
 */

/**
 * Schemas: `[_xN]: "item"` becomes `"xmlName": "item"`. esbuild keeps whatever has a computed key, since evaluating one
 * may have effects; here all of them are constants of the same file.
 */
export function withLiteralKeys(source: string): string {
  const constants = new Map(
    [...source.matchAll(/^const (_\w+) = ("[^"\n]*");$/gm)].map(([, name, text]) => [name, text]),
  );
  return source.replaceAll(/\[(_\w+)\]:/g, (whole, name: string) => {
    const text = constants.get(name);
    return text === undefined ? whole : `${text}:`;
  });
}

/**
 * Schemas: without the import of the service's exception classes and the statements that register all of them. That is
 * for the classes themselves to do, see `withModeledErrors`, which import their schemas.
 */
export function withoutRegistrations(source: string): string {
  return source
    .replaceAll(/^import \{[^}]*\} from "\.\.\/models\/errors";$/gm, "")
    .replaceAll(/^n0_registry\.registerError\(\w+\$, \w+\);$/gm, "");
}

/** Exception classes: each registers itself, in an expression that esbuild drops with the class when nothing names it. */
export function withModeledErrors(source: string, modeledFrom: string): string {
  const names = [...source.matchAll(/^export class (\w+) extends \w+ \{$/gm)].map(([, name]) => name);
  if (names.length === 0) throw new Error("there is no exception class here: the SDK's modules have another form now");
  return [
    `import { modeled } from ${JSON.stringify(modeledFrom)};`,
    `import { ${names.map((name) => `${name}$`).join(", ")} } from "../schemas/schemas_0";`,
    source.replaceAll(/^export class /gm, "class "),
    ...names.map((name) => `const ${name}Modeled = /* @__PURE__ */ modeled(${name}$, ${name});`),
    `export { ${names.map((name) => `${name}Modeled as ${name}`).join(", ")} };`,
  ].join("\n");
}
