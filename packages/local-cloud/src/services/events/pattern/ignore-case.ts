/**
 * Compares texts character by character, each in lower or upper case, as EventBridge does: no locale, and letters
 * whose other case has another length (`ß`, `SS`) count too. A text prepared once is compared many times.
 */
export interface CaseBlindText {
  readonly equals: (text: string) => boolean;
  readonly isStartOf: (text: string) => boolean;
  readonly isEndOf: (text: string) => boolean;
}

export function caseBlind(pattern: string): CaseBlindText {
  const characters = Array.from(pattern, (character) => [character.toLowerCase(), character.toUpperCase()] as const);
  const backwards = characters.toReversed();
  return {
    equals: (text) => endOfMatch(characters, text) === text.length,
    isStartOf: (text) => endOfMatch(characters, text) !== undefined,
    isEndOf: (text) => {
      let end = text.length;
      for (const cases of backwards) {
        const found = cases.find((one) => text.endsWith(one, end));
        if (found === undefined) return false;
        end -= found.length;
      }
      return true;
    },
  };
}

function endOfMatch(characters: readonly (readonly [string, string])[], text: string): number | undefined {
  let at = 0;
  for (const cases of characters) {
    const found = cases.find((one) => text.startsWith(one, at));
    if (found === undefined) return undefined;
    at += found.length;
  }
  return at;
}
