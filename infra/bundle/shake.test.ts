import { describe, expect, it } from "vitest";
import { withLiteralKeys, withModeledErrors, withoutRegistrations } from "./shake.ts";

describe("schemas", () => {
  it("get literal keys for constants of the same file, and keep all others", () => {
    const source = 'const _xN = "xmlName";\nexport var A$ = [3, { [_xN]: _i, [other]: 1, [_gone]: 2 }];';
    expect(withLiteralKeys(source)).toBe(
      'const _xN = "xmlName";\nexport var A$ = [3, { "xmlName": _i, [other]: 1, [_gone]: 2 }];',
    );
  });

  it("lose the import and the registration of exceptions, and nothing else", () => {
    const source = [
      'import { Gone, } from "../models/errors";',
      'import { XServiceException } from "../models/XServiceException";',
      "_s_registry.registerError(XServiceException$, XServiceException);",
      "export var Gone$ = [-3];",
      "n0_registry.registerError(Gone$, Gone);",
    ].join("\n");
    expect(withoutRegistrations(source).split("\n").filter(Boolean)).toEqual([
      'import { XServiceException } from "../models/XServiceException";',
      "_s_registry.registerError(XServiceException$, XServiceException);",
      "export var Gone$ = [-3];",
    ]);
  });
});

describe("exceptions", () => {
  it("register themselves when they are used", () => {
    const shaken = withModeledErrors("export class Gone extends __Base {\n}", "/modeled.ts");
    expect(shaken.split("\n")).toEqual([
      'import { modeled } from "/modeled.ts";',
      'import { Gone$ } from "../schemas/schemas_0";',
      "class Gone extends __Base {",
      "}",
      "const GoneModeled = /* @__PURE__ */ modeled(Gone$, Gone);",
      "export { GoneModeled as Gone };",
    ]);
  });

  it("that are written otherwise than this knows are refused", () => {
    expect(() => withModeledErrors("export function Gone() {}", "/modeled.ts")).toThrow("another form");
  });
});
