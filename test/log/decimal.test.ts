import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atScale, MAX_SCALED, parseDecimalText, printDecimal } from '../../src/log/decimal.ts';
import { pieceOf } from '../base/cuttings.ts';
import { forSeeds } from '../base/seeds.ts';
import type { Random } from '../tools/random.ts';

function parsed(text: string): { digits: number; decimals: number; padded: boolean } | undefined {
  const decimal = { digits: NaN, decimals: NaN, padded: false };
  const { data, start, end } = pieceOf(Buffer.from(text, 'latin1'));
  return parseDecimalText(data, start, end, decimal) ? decimal : undefined;
}

function printed(value: number, scale: number, padded: boolean): string {
  const to = new Uint8Array(24).fill(0x78);
  const end = printDecimal(value, scale, padded, to, 2);
  const text = Buffer.from(to).toString('latin1');
  assert.equal(text, `xx${text.slice(2, end)}`.padEnd(24, 'x'), 'nothing else is touched');
  return text.slice(2, end);
}

const CANONICAL: { text: string; digits: number; decimals: number; padded: boolean }[] = [
  { text: '0', digits: 0, decimals: 0, padded: false },
  { text: '7', digits: 7, decimals: 0, padded: false },
  { text: '10', digits: 10, decimals: 0, padded: false },
  { text: '-10', digits: -10, decimals: 0, padded: false },
  { text: '0.5', digits: 5, decimals: 1, padded: false },
  { text: '-0.5', digits: -5, decimals: 1, padded: false },
  { text: '0.0', digits: 0, decimals: 1, padded: true },
  { text: '0.000', digits: 0, decimals: 3, padded: true },
  { text: '12.340', digits: 12_340, decimals: 3, padded: true },
  { text: '-638.7716', digits: -6_387_716, decimals: 4, padded: false },
  { text: '100.01', digits: 10_001, decimals: 2, padded: false },
  { text: '999999999999999', digits: 999_999_999_999_999, decimals: 0, padded: false },
  { text: '-999999999999999', digits: -999_999_999_999_999, decimals: 0, padded: false },
  { text: '0.00000000000001', digits: 1, decimals: 14, padded: false },
  { text: '-12345678901234.5', digits: -123_456_789_012_345, decimals: 1, padded: false },
];

for (const { text, ...decimal } of CANONICAL) {
  test(`${text} is ${decimal.digits} with ${decimal.decimals} decimals`, () => {
    assert.deepEqual(parsed(text), decimal);
    assert.equal(printed(decimal.digits, decimal.decimals, true), text);
  });
}

const OTHERS =
  '|-|.|-.|.5|-.5|5.|-5.|-0|-0.0|-0.000|00|007|-007|00.5|+1|1.2.3|1..2|--1|1-|1e5|1E5|1,5| 1|1 |0x10|NaN|Infinity|1.5W|\xb2|\x00|1000000000000000|0.000000000000001|-1234567890.123456|0000000000000000000000'.split(
    '|',
  );

for (const text of OTHERS) {
  test(`${JSON.stringify(text)} is no canonical number`, () => {
    assert.equal(parsed(text), undefined);
  });
}

const PRINTED: { value: number; scale: number; padded: boolean; text: string }[] = [
  { value: 0, scale: 0, padded: false, text: '0' },
  { value: 0, scale: 4, padded: false, text: '0' },
  { value: 0, scale: 4, padded: true, text: '0.0000' },
  { value: 100, scale: 2, padded: false, text: '1' },
  { value: 100, scale: 2, padded: true, text: '1.00' },
  { value: 120, scale: 2, padded: false, text: '1.2' },
  { value: -5, scale: 3, padded: false, text: '-0.005' },
  { value: 100, scale: 0, padded: false, text: '100' },
  { value: 2 ** 31 - 1, scale: 4, padded: true, text: '214748.3647' },
  { value: 2 ** 31, scale: 4, padded: true, text: '214748.3648' },
  { value: 2 ** 31, scale: 12, padded: true, text: '0.002147483648' },
  { value: 10 ** 15, scale: 15, padded: false, text: '1' },
  { value: MAX_SCALED - 1, scale: 15, padded: true, text: '1.125899906842623' },
  { value: 1 - MAX_SCALED, scale: 0, padded: true, text: '-1125899906842623' },
];

for (const { value, scale, padded, text } of PRINTED) {
  test(`${value} at scale ${scale}, ${padded ? 'padded' : 'trimmed'}: ${text}`, () => {
    assert.equal(printed(value, scale, padded), text);
  });
}

function anyCanonical(random: Random): string {
  const digits = Array.from({ length: random.int(1, 15) }, () => random.int(0, 9)).join('');
  const decimals = random.chance(0.3) ? 0 : random.int(0, digits.length - 1);
  const whole = digits.slice(0, digits.length - decimals).replace(/^0+(?=.)/, '');
  const text = decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
  return random.chance(0.3) && /[1-9]/.test(text) ? `-${text}` : text;
}

test('canonical texts of any digits come back at every scale that has their decimals', () => {
  forSeeds(5000, (random) => {
    const text = anyCanonical(random);
    const decimal = parsed(text);
    assert.ok(decimal !== undefined, text);
    for (let scale = decimal.decimals; scale <= 15; scale++) {
      const value = atScale(decimal, scale);
      if (isNaN(value)) {
        const wanted = BigInt(decimal.digits) * 10n ** BigInt(scale - decimal.decimals);
        assert.ok(wanted >= MAX_SCALED || wanted <= -MAX_SCALED, text);
        continue;
      }
      if (scale === decimal.decimals) assert.equal(printed(value, scale, true), text);
      if (!decimal.padded) assert.equal(printed(value, scale, false), text);
    }
    for (let scale = 0; scale < decimal.decimals; scale++) {
      const value = atScale(decimal, scale);
      assert.ok(
        Number.isInteger(value) && Math.abs(value - Number(text) * 10 ** scale) < 0.51,
        text,
      );
    }
  });
});

test('what is printed is canonical, for any number and scale', () => {
  forSeeds(5000, (random) => {
    const size = 2 ** random.int(0, 50);
    const value = Math.floor((random.next() * 2 - 1) * size) + 0;
    const scale = random.int(0, 15);
    for (const padded of [true, false]) {
      const text = printed(value, scale, padded);
      assert.equal(text.includes('-'), value < 0);
      assert.ok(text.length <= 18, text);
      const [whole = '', decimals = ''] = text.replace('-', '').split('.');
      assert.equal(Math.abs(value), Number(whole + decimals.padEnd(scale, '0')), text);
      if (padded) assert.equal(decimals.length, scale);
      else assert.ok(!decimals.endsWith('0'), text);
    }
  });
});

test('any other text is told apart from what would be printed for it', () => {
  forSeeds(20_000, (random) => {
    const text = Array.from({ length: random.int(0, 18) }, () =>
      random.pick(['0', '0', '1', '5', '9', '.', '-', 'e', ' ']),
    ).join('');
    const decimal = parsed(text);
    if (decimal !== undefined) assert.equal(printed(decimal.digits, decimal.decimals, true), text);
  });
});
