/** Writes the worked example of src/log/FORMAT.md: `make readme`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { examplePage, exampleRecords } from '../../test/log/format-example.ts';

const PAGE = new URL('../../src/log/FORMAT.md', import.meta.url);

const records = exampleRecords().map((line) => line.replaceAll('\t', '|'));
const example = `\`\`\`\n${records.join('\n')}\n\`\`\`\n\n\`\`\`\n${examplePage()}\n\`\`\`\n`;
const page = readFileSync(PAGE, 'utf8').replace(
  /(<!-- example -->\n)[\s\S]*?(<!-- \/example -->)/,
  (_, open: string, close: string) => open + example + close,
);
writeFileSync(PAGE, page);
