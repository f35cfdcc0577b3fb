import { isObject } from "../json.ts";
import { compileExpression } from "./expression.ts";

/** What an expression reads from around it. */
export interface References {
  /** Names, `$`, `*` and the like that are read against the top-level context, of which AWS has none. */
  readonly topLevel: readonly string[];
  /** It uses `$$`. */
  readonly usesRoot: boolean;
  /** Variables that it does not bind itself, without `$`; functions are variables too. */
  readonly variables: readonly string[];
  /** Members of `$states` that it reads by name. */
  readonly statesFields: readonly string[];
}

/**
 * Finds what an expression refers to. Only the first step of a path is read against the top-level context; later
 * steps, predicates, sort terms and groupings are read against what the step before them gave. A function keeps the
 * context of the expression that defines it.
 * @throws {ExpressionSyntaxError}
 */
export function referencesOf(source: string): References {
  const collector = new Collector();
  collector.walk(compileExpression(source).ast, { isTop: true, bound: new Set() });
  return {
    topLevel: [...collector.topLevel],
    usesRoot: collector.usesRoot,
    variables: [...collector.variables],
    statesFields: [...collector.statesFields],
  };
}

type Node = Readonly<Record<string, unknown>>;

interface Scope {
  /** Names mean the (absent) top-level context here. */
  readonly isTop: boolean;
  /** Variables bound so far; a block has its own copy. */
  readonly bound: Set<string>;
}

class Collector {
  readonly topLevel = new Set<string>();
  readonly variables = new Set<string>();
  readonly statesFields = new Set<string>();
  usesRoot = false;

  walk(node: unknown, scope: Scope): void {
    if (Array.isArray(node)) {
      for (const item of node) this.walk(item, scope);
      return;
    }
    if (!isObject(node)) return;
    const inner = { ...scope, isTop: false };
    // Predicates and groupings may hang on any node.
    for (const stage of [...list(node["stages"]), ...list(node["predicate"])]) this.walk(stage, inner);
    if (isObject(node["group"])) this.walk(node["group"]["lhs"], inner);
    this.#walkByType(node, scope);
  }

  #walkByType(node: Node, scope: Scope): void {
    switch (node["type"]) {
      case "path":
        return this.#walkPath(list(node["steps"]), scope);
      case "name":
      case "wildcard":
      case "descendant":
      case "parent":
        if (scope.isTop) this.topLevel.add(typeof node["value"] === "string" ? node["value"] : "%");
        return undefined;
      case "variable":
        return this.#variable(String(node["value"]), scope);
      case "lambda":
        return this.#walkLambda(node, scope);
      case "block":
        return this.walk(node["expressions"], { ...scope, bound: new Set(scope.bound) });
      case "bind":
        this.walk(node["rhs"], scope);
        if (isObject(node["lhs"])) scope.bound.add(String(node["lhs"]["value"]));
        return undefined;
      case "filter":
        return this.walk(node["expr"], scope);
      case "sort":
        return this.#walkSort(node, scope);
      case "transform":
        return this.#walkMembers(node, ["pattern", "update", "delete"], { ...scope, isTop: false });
      default:
        return this.#walkMembers(node, MEMBERS, scope);
    }
  }

  #walkPath(steps: readonly unknown[], scope: Scope): void {
    const [first, second] = steps;
    if (isVariable(first, "states") && isObject(second) && second["type"] === "name") {
      this.statesFields.add(String(second["value"]));
    }
    const bound = new Set(scope.bound);
    for (const [index, step] of steps.entries()) {
      this.walk(step, { isTop: scope.isTop && index === 0, bound });
      // `@$v` and `#$i` name the step's value and position for the steps that follow.
      if (isObject(step))
        for (const name of [step["focus"], step["index"]]) if (typeof name === "string") bound.add(name);
    }
  }

  #variable(name: string, scope: Scope): void {
    if (name === "$") this.usesRoot = true;
    else if (name !== "") {
      if (!scope.bound.has(name)) this.variables.add(name);
    } else if (scope.isTop) this.topLevel.add("$");
  }

  #walkLambda(node: Node, scope: Scope): void {
    const parameters = list(node["arguments"]).map((parameter) =>
      isObject(parameter) ? String(parameter["value"]) : "",
    );
    this.walk(node["body"], { ...scope, bound: new Set([...scope.bound, ...parameters]) });
  }

  #walkSort(node: Node, scope: Scope): void {
    for (const term of list(node["terms"]))
      if (isObject(term)) this.walk(term["expression"], { ...scope, isTop: false });
  }

  #walkMembers(node: Node, members: readonly string[], scope: Scope): void {
    for (const member of members) this.walk(node[member], scope);
  }
}

const MEMBERS = ["procedure", "arguments", "lhs", "rhs", "expression", "expressions", "condition", "then", "else"];

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isVariable(node: unknown, name: string): boolean {
  return isObject(node) && node["type"] === "variable" && node["value"] === name;
}
