/** Counts as lines for a terminal. */

export interface CountRow {
  name: string;
  count: number;
  note?: string;
}

/** Names, counts and notes in columns. */
export function countTable(rows: readonly CountRow[]): string {
  const texts = rows.map(({ name, count, note }) => ({
    name,
    count: group(count),
    note: note === undefined || note === '' ? '' : `  ${note}`,
  }));
  const nameWidth = Math.max(...texts.map(({ name }) => name.length));
  const countWidth = Math.max(...texts.map(({ count }) => count.length));
  return texts
    .map(
      ({ name, count, note }) =>
        `${name.padEnd(nameWidth)}  ${count.padStart(countWidth)}${note}\n`,
    )
    .join('');
}

/** A whole number, a blank before each three digits. */
export function group(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** `1 segment`, `2 000 segments`. */
export function counted(count: number, noun: string): string {
  return `${group(count)} ${noun}${count === 1 ? '' : 's'}`;
}
