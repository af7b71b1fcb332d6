/** The table that `make bench` prints. */

export interface Row {
  what: string;
  measured: string;
  /** Empty for rows that only inform. */
  budget: string;
  /** Undefined where there is no budget, or where it could not be measured. */
  ok: boolean | undefined;
}

function verdict({ ok }: Row): string {
  if (ok === undefined) return '';
  return ok ? 'yes' : 'NO';
}

export function tableText(rows: readonly Row[]): string {
  const header = ['what', 'measured', 'budget', 'ok'];
  const cells = [header, ...rows.map((row) => [row.what, row.measured, row.budget, verdict(row)])];
  const widths = header.map((_, column) =>
    Math.max(...cells.map((line) => (line[column] ?? '').length)),
  );
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  return (lower + upper) / 2;
}
