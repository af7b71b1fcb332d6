/** Writes the tables of README.md that are made from the source: `make readme`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { optionsTable } from '../../src/config/option-documents.ts';
import { limitsTable } from '../../src/reassembly/limit-documents.ts';

export const TABLES: Readonly<Record<string, () => string>> = {
  options: optionsTable,
  limits: limitsTable,
};

/** README with each table between its markers as the source has it now. */
export function withTables(readme: string): string {
  let text = readme;
  for (const [name, table] of Object.entries(TABLES)) {
    const between = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
    text = text.replace(between, (_, open: string, close: string) => open + table() + close);
  }
  return text;
}

const README = new URL('../../README.md', import.meta.url);

if (process.argv[1]?.endsWith('readme.ts') === true) {
  writeFileSync(README, withTables(readFileSync(README, 'utf8')));
}
