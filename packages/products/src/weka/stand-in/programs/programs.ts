import type { StandInProgram } from "@muster/core";
import type { DocumentName } from "../../parameters.ts";
import { form } from "./form.ts";
import { join } from "./join.ts";
import { mount, unmount } from "./mount.ts";
import { prepare } from "./prepare.ts";
import { verify } from "./verify.ts";

/** What each document does, without a shell: the commands of its script, in the same order. */
export const wekaPrograms: Readonly<Record<DocumentName, StandInProgram>> = {
  "weka-prepare": prepare,
  "weka-form": form,
  "weka-join": join,
  "weka-verify": verify,
  "weka-mount": mount,
  "weka-unmount": unmount,
};
