/** What a user of `suntap scrub` gets: exit status, sentences, and a capture that replays the same. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pcapHeader } from '../../src/capture/pcap-writer.ts';
import { makeCase, pcapOfCases } from '../tools/capture-case.ts';
import { foundRecords, inTemporaryDirectory, recordLine, runSuntap } from '../tools/replay-run.ts';
import type { ReplayRun } from '../tools/replay-run.ts';
import { assertSameButForSerials } from './scrubbed.ts';

const CASE = makeCase({ recipe: { name: 'plain' }, seed: 3, family: 4, link: 'ethernet' }, 79_001);
const CAPTURE = pcapOfCases([CASE], 'ethernet');

interface Files {
  input: string;
  output: string;
}

function withFiles(use: (files: Files) => void): void {
  inTemporaryDirectory((directory) => {
    const files = { input: join(directory, 'in.pcap'), output: join(directory, 'out.pcap') };
    writeFileSync(files.input, CAPTURE);
    use(files);
  });
}

function assertSays(run: ReplayRun, code: number, mention: RegExp): void {
  assert.equal(run.code, code, run.stderr);
  assert.equal(run.stdout, '');
  assert.match(run.stderr, /^suntap: [^\n]+\n$/, 'one line');
  assert.match(run.stderr, mention);
  assert.doesNotMatch(run.stderr, /undefined|\[object|NaN/);
}

test('scrub: the same records, another serial, and what was done', () => {
  withFiles(({ input, output }) => {
    const run = runSuntap(['scrub', input, output]);
    assertSays(
      run,
      0,
      /Replaced: 7 serials, 2 IP addresses, 2 hardware addresses, \d+ request tokens/,
    );
    assert.match(run.stderr, /look at the result before you send it/);
    const lines = (file: string) =>
      foundRecords(runSuntap(['replay', file]).stdout).map(recordLine);
    assert.equal(assertSameButForSerials(lines(input), lines(output)).size, 7);
  });
});

test('scrub: nothing found', () => {
  withFiles(({ input, output }) => {
    writeFileSync(input, pcapHeader(1));
    assertSays(runSuntap(['scrub', input, output]), 1, /no telemetry .* nothing was written/);
    assert.ok(!existsSync(output));
  });
});

const WRONG: [name: string, args: (files: Files) => string[], mention: RegExp][] = [
  ['one operand', ({ input }) => [input], /needs IN OUT/],
  ['three operands', ({ input, output }) => [input, output, 'x'], /'x'/],
  ['an unknown option', ({ input, output }) => [input, output, '--keys', 'x'], /--keys.*--key/],
  ['no address', ({ input, output }) => [input, output, '--supervisor', 'here'], /IP address/],
  ['the input itself', ({ input }) => [input, input, '--force'], /another name/],
  ['an output that exists', ({ input }) => [input, join(input, '..', 'kept')], /--force/],
  ['no such input', ({ output }) => [`${output}.none`, output], /There is no file/],
  ['no directory', ({ input, output }) => [input, join(output, 'x')], /cannot be written/],
  ['a pipe', ({ output }) => ['-', output], /reads its input three times/],
];

for (const [name, args, mention] of WRONG) {
  test(`scrub: ${name}`, () => {
    withFiles((files) => {
      writeFileSync(join(files.input, '..', 'kept'), 'kept');
      assertSays(runSuntap(['scrub', ...args(files)]), 2, mention);
      assert.ok(!existsSync(files.output));
    });
  });
}
