import { nearest } from '../base/nearest.ts';

/** Longer words are no slip of the keyboard; it also bounds the time of a comparison. */
const MAX_WORD_LENGTH = 64;

/** What was likely meant by `word`; upper and lower case are alike, all we know is lower case. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  return word.length > MAX_WORD_LENGTH ? undefined : nearest(word.toLowerCase(), known);
}
