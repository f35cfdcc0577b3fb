import { isObject } from "../json.ts";

type Raw = Readonly<Record<string, unknown>>;

/** A block of states inside a state. */
export interface NestedBlock {
  readonly block: Raw;
  /** `/States/P/Branches[0]`, `/States/M/ItemProcessor`. */
  readonly path: string;
}

/** The blocks inside a Parallel or Map. */
export function nestedBlocks(state: Raw, path: string): NestedBlock[] {
  const found: NestedBlock[] = [];
  if (state["Type"] === "Parallel" && Array.isArray(state["Branches"])) {
    for (const [index, block] of state["Branches"].entries()) {
      if (isObject(block)) found.push({ block, path: `${path}/Branches[${index}]` });
    }
  }
  if (state["Type"] === "Map") {
    for (const field of ["ItemProcessor", "Iterator"]) {
      const block = state[field];
      if (isObject(block)) found.push({ block, path: `${path}/${field}` });
    }
  }
  return found;
}

/** Every state of a block and of the blocks inside it, outside first. */
export function* allStates(block: Raw, path: string): Generator<{ name: string; state: Raw; path: string }> {
  const states = isObject(block["States"]) ? block["States"] : {};
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) continue;
    const at = `${path}/States/${name}`;
    yield { name, state, path: at };
    for (const nested of nestedBlocks(state, at)) yield* allStates(nested.block, nested.path);
  }
}
