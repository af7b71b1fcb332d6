import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnergy, wattHours, type Energy } from '../../src/model/energy-text.ts';
import { pieceOf } from '../base/cuttings.ts';
import { forSeeds } from '../base/seeds.ts';

function read(text: string): Energy | undefined {
  const { data, start, end } = pieceOf(Buffer.from(text, 'latin1'));
  return readEnergy(data, start, end);
}

const READ: { text: string; milliWh: number; step: number }[] = [
  { text: '0', milliWh: 0, step: 1_000_000 },
  { text: '0.0', milliWh: 0, step: 100_000 },
  { text: '-0', milliWh: 0, step: 1_000_000 },
  { text: '-0.0000', milliWh: 0, step: 100 },
  { text: '12345.6789', milliWh: 12_345_678_900, step: 100 },
  { text: '12345.68', milliWh: 12_345_680_000, step: 10_000 },
  { text: '12345.7', milliWh: 12_345_700_000, step: 100_000 },
  { text: '12346', milliWh: 12_346_000_000, step: 1_000_000 },
  { text: '12346.', milliWh: 12_346_000_000, step: 1_000_000 },
  { text: '-639.39', milliWh: -639_390_000, step: 10_000 },
  { text: '+4.5', milliWh: 4_500_000, step: 100_000 },
  { text: '.5', milliWh: 500_000, step: 100_000 },
  { text: '-.25', milliWh: -250_000, step: 10_000 },
  { text: '007.10', milliWh: 7_100_000, step: 10_000 },
  { text: '0.123456', milliWh: 123_456, step: 1 },
  { text: '0.1234567', milliWh: 123_456, step: 1 },
  { text: '0.9999999', milliWh: 999_999, step: 1 },
  { text: '-0.9999999', milliWh: -999_999, step: 1 },
  { text: '0.00000009', milliWh: 0, step: 1 },
  { text: '-0.00000009', milliWh: 0, step: 1 },
  { text: '999999999.999999', milliWh: 999_999_999_999_999, step: 1 },
  { text: '-999999999.999999', milliWh: -999_999_999_999_999, step: 1 },
  { text: '123456789.1234567', milliWh: 123_456_789_123_456, step: 1 },
  { text: '1.2e+03', milliWh: 1_200_000_000, step: 100_000_000 },
  { text: '1.2E3', milliWh: 1_200_000_000, step: 100_000_000 },
  { text: '-1.2e0', milliWh: -1_200_000, step: 100_000 },
  { text: '1.2e-3', milliWh: 1200, step: 100 },
  { text: '1.2e-9', milliWh: 0, step: 1 },
  { text: '1.23456789e3', milliWh: 1_234_567_890, step: 10 },
  { text: '1.234567891234e6', milliWh: 1_234_567_891_234, step: 1 },
  { text: '1e9', milliWh: 10 ** 15, step: 10 ** 15 },
];

for (const { text, milliWh, step } of READ) {
  test(`${text} kWh is ${milliWh} mWh`, () => {
    const energy = read(text);
    assert.deepEqual(energy, { milliWh, stepMilliWh: step });
    assert.ok(!Object.is(energy.milliWh, -0));
  });
}

const REFUSED: { name: string; text: string }[] = [
  { name: 'nothing', text: '' },
  { name: 'a sign alone', text: '-' },
  { name: 'a point alone', text: '.' },
  { name: 'a sign and a point', text: '-.' },
  { name: 'two points', text: '1.2.3' },
  { name: 'two signs', text: '--1' },
  { name: 'a sign behind', text: '1-' },
  { name: 'a comma', text: '1,5' },
  { name: 'a space before', text: ' 1' },
  { name: 'a space behind', text: '1 ' },
  { name: 'hexadecimal', text: '0x10' },
  { name: 'words', text: 'n/a' },
  { name: 'what C prints for no number', text: 'nan' },
  { name: 'what C prints for too much', text: 'inf' },
  { name: 'a unit', text: '1.5kWh' },
  { name: 'a control character', text: '1\x00' },
  { name: 'a digit of another script', text: '\xb2' },
  { name: 'an exponent without a number before it', text: 'e5' },
  { name: 'an exponent without digits', text: '1e' },
  { name: 'an exponent of a sign', text: '1e+' },
  { name: 'an exponent with a fraction', text: '1e1.5' },
  { name: 'an exponent that no counter has', text: '1e10' },
  { name: 'an endless exponent', text: '1e99999999999999999999' },
  { name: 'more than is exact', text: '1000000000.000000' },
  { name: 'more than is exact, without a fraction', text: '9007199255' },
  { name: 'digits lost that an exponent would make whole', text: '123456789.12345678e1' },
  { name: 'far too much', text: '9'.repeat(32) },
  { name: 'far too long', text: `0.${'0'.repeat(40)}` },
];

for (const { name, text } of REFUSED) {
  test(`refused: ${name}`, () => {
    assert.equal(read(text), undefined);
  });
}

const PRINTED: { milliWh: number; text: string }[] = [
  { milliWh: 0, text: '0' },
  { milliWh: -0, text: '0' },
  { milliWh: 1, text: '0.001' },
  { milliWh: 10, text: '0.01' },
  { milliWh: 100, text: '0.1' },
  { milliWh: -500, text: '-0.5' },
  { milliWh: 1000, text: '1' },
  { milliWh: -1000, text: '-1' },
  { milliWh: 12_345_678, text: '12345.678' },
  { milliWh: -12_345_670, text: '-12345.67' },
  { milliWh: Number.MAX_SAFE_INTEGER, text: '9007199254740.991' },
];

for (const { milliWh, text } of PRINTED) {
  test(`${milliWh} mWh is ${text} Wh`, () => {
    assert.equal(wattHours(milliWh), text);
  });
}

test('what is printed in Wh is what was read in kWh', () => {
  forSeeds(3000, (random) => {
    const milliWh = Math.floor((random.next() * 2 - 1) * 10 ** random.int(0, 15)) + 0;
    const [whole = '', fraction = ''] = wattHours(milliWh).split('.');
    const energy = read(`${whole}.${fraction}e-3`);
    assert.equal(energy?.milliWh, milliWh);
  });
});
