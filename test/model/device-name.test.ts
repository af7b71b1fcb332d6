import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceName, MAX_NAME_BYTES, type NameRefusal } from '../../src/model/device-name.ts';
import { pieceOf } from '../base/cuttings.ts';

function nameOf(text: string): ReturnType<typeof deviceName> {
  const { data, start, end } = pieceOf(Buffer.from(text, 'latin1'));
  return deviceName(data, start, end);
}

const NAMES = [
  '414051600000001',
  'PVS5M500001p',
  'TACLC1009999',
  'E00122142083456',
  'A',
  '0a',
  '00100',
  'SPR 5000.1_a-b:c',
  'x'.repeat(MAX_NAME_BYTES),
  'nullify',
  'unknown1',
];

for (const serial of NAMES) {
  test(`${serial} names a device`, () => {
    assert.deepEqual(nameOf(serial), { ok: true, serial });
  });
}

const REFUSED: { name: string; text: string; reason: NameRefusal }[] = [
  { name: 'a byte too many', text: 'x'.repeat(MAX_NAME_BYTES + 1), reason: 'too-long' },
  { name: '10 kB', text: 'x'.repeat(10_000), reason: 'too-long' },
  { name: 'what firmware does not know', text: 'n/a', reason: 'placeholder' },
  { name: 'the same in capitals', text: 'N/A', reason: 'placeholder' },
  { name: 'without its slash', text: 'NA', reason: 'placeholder' },
  { name: 'null', text: 'null', reason: 'placeholder' },
  { name: 'None', text: 'None', reason: 'placeholder' },
  { name: 'NaN', text: 'NaN', reason: 'placeholder' },
  { name: 'unknown', text: 'Unknown', reason: 'placeholder' },
  { name: 'undefined', text: 'undefined', reason: 'placeholder' },
  { name: 'a zero', text: '0', reason: 'placeholder' },
  { name: 'zeros', text: '0000000000', reason: 'placeholder' },
  { name: 'nothing', text: '', reason: 'odd' },
  { name: 'a space', text: ' ', reason: 'odd' },
  { name: 'a space before', text: ' 123', reason: 'odd' },
  { name: 'a space behind', text: '123 ', reason: 'odd' },
  { name: 'a minus before', text: '-1', reason: 'odd' },
  { name: 'a hidden file', text: '.123', reason: 'odd' },
  { name: 'a way out', text: '../etc', reason: 'odd' },
  { name: 'dots within', text: 'a..b', reason: 'odd' },
  { name: 'a slash', text: 'a/b', reason: 'odd' },
  { name: 'a backslash', text: 'a\\b', reason: 'odd' },
  { name: 'wildcards of MQTT', text: 'a+b#', reason: 'odd' },
  { name: 'markup', text: 'a<b>c', reason: 'odd' },
  { name: 'a quote', text: 'a"b', reason: 'odd' },
  { name: 'a control character', text: 'a\x07b', reason: 'odd' },
  { name: 'an end of line', text: 'abc\n', reason: 'odd' },
  { name: 'a zero byte', text: 'a\x00b', reason: 'odd' },
  { name: 'a delete', text: 'a\x7fb', reason: 'odd' },
  { name: 'beyond ASCII', text: 'caf\xe9', reason: 'odd' },
];

for (const { name, text, reason } of REFUSED) {
  test(`no device: ${name}`, () => {
    assert.deepEqual(nameOf(text), { ok: false, reason });
  });
}
