import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equalsIgnoringCase, latin1, parseDecimal, parseHex } from '../../src/base/ascii.ts';
import { pieceOf } from './cuttings.ts';

const NUMBERS: { text: string; maxDigits: number; decimal?: number; hex?: number }[] = [
  { text: '0', maxDigits: 5, decimal: 0, hex: 0 },
  { text: '130', maxDigits: 5, decimal: 130, hex: 0x130 },
  { text: '00130', maxDigits: 5, decimal: 130, hex: 0x130 },
  { text: '99999', maxDigits: 5, decimal: 99_999, hex: 0x99999 },
  { text: '100000', maxDigits: 5 },
  { text: '999999999999999', maxDigits: 15, decimal: 999_999_999_999_999, hex: 0x999999999999999 },
  { text: 'ffffffff', maxDigits: 8, hex: 0xffffffff },
  { text: 'FFfFaAbC', maxDigits: 8, hex: 0xffffaabc },
  { text: 'fg', maxDigits: 8 },
  { text: '', maxDigits: 5 },
  { text: '-1', maxDigits: 5 },
  { text: '+1', maxDigits: 5 },
  { text: '1 ', maxDigits: 5 },
  { text: '1.0', maxDigits: 5 },
  { text: '0x10', maxDigits: 5 },
  { text: '/', maxDigits: 5 },
  { text: ':', maxDigits: 5 },
  { text: '@', maxDigits: 5 },
  { text: '`', maxDigits: 5 },
  { text: '\xb9', maxDigits: 5 },
];

for (const { text, maxDigits, decimal, hex } of NUMBERS) {
  test(`number: ${JSON.stringify(text)}, at most ${maxDigits} digits`, () => {
    const { data, start, end } = pieceOf(Buffer.from(text, 'latin1'));
    assert.equal(parseDecimal(data, start, end, maxDigits), decimal);
    assert.equal(parseHex(data, start, end, maxDigits), hex);
  });
}

test('an end before the start is no number', () => {
  assert.equal(parseDecimal(Buffer.from('12'), 1, 0, 5), undefined);
  assert.equal(parseHex(Buffer.from('12'), 1, 0, 5), undefined);
});

const EQUALS: { text: string; word: string; same: boolean }[] = [
  { text: 'content-length', word: 'content-length', same: true },
  { text: 'Content-LENGTH', word: 'content-length', same: true },
  { text: 'content-lengt', word: 'content-length', same: false },
  { text: 'content-length ', word: 'content-length', same: false },
  { text: 'content_length', word: 'content-length', same: false },
  // Not letters: what differs from one by the same bit must not pass for it.
  { text: 'content\rlength', word: 'content-length', same: false },
  { text: '@', word: '`', same: false },
  { text: '', word: '', same: true },
];

for (const { text, word, same } of EQUALS) {
  test(`${JSON.stringify(text)} ${same ? 'is' : 'is not'} ${JSON.stringify(word)}`, () => {
    const { data, start, end } = pieceOf(Buffer.from(text, 'latin1'));
    assert.equal(equalsIgnoringCase(data, start, end, word), same);
  });
}

test('latin1 gives one character a byte, also out of a view', () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const view = Uint8Array.from([9, 9, ...all, 9]).subarray(2, 258);
  assert.equal(latin1(view, 0, 256), String.fromCharCode(...all));
  assert.equal(latin1(view, 65, 68), 'ABC');
});
