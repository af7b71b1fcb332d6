import { nearest } from '../base/nearest.ts';

/** What was likely meant by `word`; upper and lower case are alike, all we know is lower case. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  return nearest(word.toLowerCase(), known);
}
