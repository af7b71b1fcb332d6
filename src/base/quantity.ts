/** Sizes and times as people write them: 8M, 256k, 90, 90s, 5m, 1h. */

const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

/** By the letter behind the number; upper and lower case are alike. */
const SIZE_UNITS = { k: KIB, m: MIB, g: GIB };
const SECONDS_UNITS = { s: 1, m: 60, h: 3600 };

/** Bytes; undefined when the text is no whole number, with or without K, M or G behind it. */
export function parseSize(text: string): number | undefined {
  return parseQuantity(text, SIZE_UNITS);
}

/** Seconds; undefined when the text is no whole number, with or without s, m or h behind it. */
export function parseSeconds(text: string): number | undefined {
  return parseQuantity(text, SECONDS_UNITS);
}

/** Per cent; undefined when the text is no whole number, with or without % behind it. */
export function parsePercent(text: string): number | undefined {
  return /^\d+%?$/.test(text) ? Number(text.replace('%', '')) : undefined;
}

/** What `parseSize` reads as `bytes`, in the largest unit that leaves a whole number. */
export function sizeText(bytes: number): string {
  if (bytes === 0) return '0';
  for (const [letter, unitBytes] of Object.entries(SIZE_UNITS).reverse()) {
    if (bytes % unitBytes === 0) return `${bytes / unitBytes}${letter.toUpperCase()}`;
  }
  return String(bytes);
}

/** Beyond 2^53 the result is not exact, and in the end Infinity: every limit is below that. */
function parseQuantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, letter] = /^(\d+)([a-z]?)$/i.exec(text) ?? [];
  if (digits === undefined || letter === undefined) return undefined;
  const unit = letter === '' ? 1 : units[letter.toLowerCase()];
  return unit === undefined ? undefined : Number(digits) * unit;
}
