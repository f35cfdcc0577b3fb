import type { CliGeneration } from "../versions.ts";
import { readId } from "./ids.ts";
import { readList, unexpected, type Fields } from "./read.ts";

/** One container of a cluster, as `weka cluster container --json` lists it. */
export interface ContainerRecord {
  readonly id: number;
  /** Such as `drives0`. */
  readonly name: string;
  readonly address: string;
  readonly mode: "backend" | "client";
  /** What it is meant to be: ACTIVE, ADDING, DEACTIVATING, INACTIVE, DRAINING, DRAINED, REMOVING. */
  readonly state: string;
  /** UP, DEGRADED or DOWN while ACTIVE; otherwise much like the state. */
  readonly status: string;
}

/** @throws {HookResultError} naming the field that is missing or of another type */
export function parseContainers(text: string, generation: CliGeneration): readonly ContainerRecord[] {
  return readList(text, "weka cluster container").map((fields, index) => {
    const path = `weka cluster container[${index}]`;
    const idField = generation === "six" ? "id" : "host_id";
    const id = readId(fields.raw(idField), generation, `${path}.${idField}`);
    if (id === undefined) throw unexpected(`${path}.${idField}`, "the id of a container", fields.raw(idField));
    const mode = fields.text("mode");
    if (mode !== "backend" && mode !== "client") throw unexpected(`${path}.mode`, "backend or client", mode);
    return {
      id,
      name: fields.text(generation === "six" ? "name" : "container_name"),
      address: addressOf(fields, path),
      mode,
      state: fields.text("state"),
      status: fields.text("status"),
    };
  });
}

function addressOf(fields: Fields, path: string): string {
  const [first] = fields.list("ips");
  if (typeof first !== "string") throw unexpected(`${path}.ips[0]`, "an address", first);
  return first;
}
