import { inputMistakes } from "./input-mistakes.ts";
import { otherMistakes } from "./other-mistakes.ts";
import type { Planted } from "./plant.ts";
import { relationMistakes } from "./relation-mistakes.ts";

export const planted: readonly Planted[] = [...relationMistakes, ...inputMistakes, ...otherMistakes];
