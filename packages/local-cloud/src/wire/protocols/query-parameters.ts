import { AwsError } from "../../kernel/aws-error.ts";

/** The parameters of a query request as a tree: `Filter.1.Name` is three levels down. */
export interface ParameterNode {
  /** The whole key, for messages. */
  readonly key: string;
  value: string | undefined;
  /** Whether the operation's shape has a place for it. */
  known: boolean;
  readonly children: Map<string, ParameterNode>;
}

export function parameterTree(pairs: Iterable<readonly [string, string]>): ParameterNode {
  const root = nodeOf("");
  let nodes = 0;
  for (const [key, value] of pairs) {
    let node = root;
    let path = "";
    for (const part of key.split(".", MAX_LEVELS)) {
      path = path === "" ? part : `${path}.${part}`;
      let child = node.children.get(part);
      if (child === undefined) {
        node.children.set(part, (child = nodeOf(path)));
        if (++nodes > MAX_NODES) throw tooMany();
      }
      node = child;
    }
    node.value = value;
  }
  return root;
}

/** The items of a list, in the order of their numbers, which may have gaps. */
export function numberedChildren(node: ParameterNode): ParameterNode[] {
  return [...node.children.entries()]
    .filter(([name]) => /^\d{1,9}$/.test(name))
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

/** The first parameter that no shape knew, in the order of the request. */
export function unknownParameter(root: ParameterNode, allowed: ReadonlySet<string>): string | undefined {
  const open = [...root.children.entries()]
    .filter(([name]) => !allowed.has(name))
    .map(([, node]) => node)
    .toReversed();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.value !== undefined && !node.known) return node.key;
    open.push(...[...node.children.values()].toReversed());
  }
  return undefined;
}

function nodeOf(key: string): ParameterNode {
  return { key, value: undefined, known: false, children: new Map() };
}

function tooMany(): AwsError {
  return new AwsError("RequestEntityTooLarge", `a request may have at most ${MAX_NODES} parameters`, { status: 413 });
}

/** Far more than any operation takes: a body of nothing but dots and ampersands would else fill the memory. */
const MAX_NODES = 200_000;

/** Deeper than any shape; a key with more dots is cut, and then unknown. */
const MAX_LEVELS = 64;
