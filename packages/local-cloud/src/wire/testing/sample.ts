import type { NormalizedSchema } from "../schema.ts";

/** How deep samples go; shapes that contain themselves end here. */
const MAX_DEPTH = 7;

/** Makes values that fill every member of a shape, for round trips through a protocol. */
export class SampleMaker {
  readonly #keepEmpty: boolean;
  readonly #mostItems: number;
  #drawn = 0;

  /** The query protocols cannot write an empty structure, so there none is made. */
  constructor(options: { keepEmpty: boolean; mostItems: number }) {
    this.#keepEmpty = options.keepEmpty;
    this.#mostItems = options.mostItems;
  }

  /** A value of that shape; undefined where none can be made within the depth. */
  make(schema: NormalizedSchema, depth = 0): unknown {
    if (schema.isUnitSchema()) return {};
    if (depth > MAX_DEPTH) return undefined;
    if (schema.isUnionSchema()) return this.#union(schema, depth);
    if (schema.isStructSchema()) return this.#structure(schema, depth);
    if (schema.isListSchema()) return this.#list(schema, depth);
    if (schema.isMapSchema()) return this.#map(schema, depth);
    return this.#scalar(schema);
  }

  #structure(schema: NormalizedSchema, depth: number): Record<string, unknown> | undefined {
    const structure: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const value = this.make(member, depth + 1);
      if (value !== undefined) structure[name] = value;
    }
    const isEmpty = Object.keys(structure).length === 0;
    return isEmpty && depth > 0 && !this.#keepEmpty ? undefined : structure;
  }

  #union(schema: NormalizedSchema, depth: number): Record<string, unknown> | undefined {
    const members = [...schema.structIterator()];
    const first = this.#drawn++ % members.length;
    for (const [name, member] of [...members.slice(first), ...members.slice(0, first)]) {
      const value = this.make(member, depth + 1);
      if (value !== undefined) return { [name]: value };
    }
    return undefined;
  }

  #list(schema: NormalizedSchema, depth: number): unknown[] | undefined {
    const item = schema.getValueSchema();
    const items = Array.from({ length: depth < 3 ? this.#mostItems : 1 }, () => this.make(item, depth + 1));
    return items.includes(undefined) ? undefined : items;
  }

  #map(schema: NormalizedSchema, depth: number): Record<string, unknown> | undefined {
    const [one, two] = [this.make(schema.getValueSchema(), depth + 1), this.make(schema.getValueSchema(), depth + 1)];
    return one === undefined || two === undefined ? undefined : { "key.one": one, __proto_: two };
  }

  #scalar(schema: NormalizedSchema): unknown {
    const number = this.#drawn++;
    if (schema.isBooleanSchema()) return number % 2 === 0;
    if (schema.getMergedTraits().httpResponseCode !== undefined) return 202;
    if (schema.isNumericSchema()) return number % 3 === 0 ? -number : number + 0.5;
    if (schema.isTimestampSchema()) return new Date(Date.UTC(2026, 0, 2, 3, 4, number % 60));
    if (schema.isBlobSchema()) return Uint8Array.of(0, 255, number % 256);
    // Headers carry ASCII only; everything else must carry everything.
    return schema.getMergedTraits().httpHeader === undefined ? `s "é<&>'\n/?+ ${number}` : `s ${number}`;
  }
}
