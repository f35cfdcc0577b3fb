import type { WorldOptions } from "@muster/testing/world";

/** The stack with one statement less in one function's role. */
export function without(functionName: string, sid: string): NonNullable<WorldOptions["manifest"]> {
  return (manifest) => ({
    ...manifest,
    functions: manifest.functions.map((f) => {
      if (f.name !== functionName) return f;
      const statements = f.role.statements.filter((statement) => statement.sid !== sid);
      if (statements.length === f.role.statements.length) throw new Error(`${functionName} has no statement ${sid}`);
      return { ...f, role: { ...f.role, statements } };
    }),
  });
}
