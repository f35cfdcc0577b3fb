import { basename } from "node:path";
import { ofType } from "../synth/recording.ts";
import { textOf, type Check } from "./check.ts";

/** Each function runs the code of its own folder. */
export const checkCode: Check = (recording, { functions }) =>
  ofType(recording, "aws:lambda/function:Function").flatMap(({ name: component, inputs }) => {
    const name = textOf(inputs, "name");
    const folder = basename(recording.bundles[component.replace(/Function$/, "")] ?? "");
    return functions.some((f) => f.functionName === name && f.name === folder)
      ? []
      : [`function ${name}: code is "${folder}"`];
  });
