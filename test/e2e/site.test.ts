import assert from 'node:assert/strict';
import test from 'node:test';
import { Site } from '../../scripts/sim/site.ts';

const startTimeSec = Date.UTC(2026, 4, 9, 7) / 1000;
const noon = 156;
const midnight = 287;

function site(seed = 3): Site {
  return new Site({ seed, startTimeSec, stringInverter: true, rareTypes: true });
}

/** Fields by line, of one type. */
function ofType(lines: readonly string[], type: string): string[][] {
  return lines.map((line) => line.split('\t')).filter((fields) => fields[0] === type);
}

test('the same seed gives the same lines in whichever order intervals are asked for', () => {
  const forward = site();
  const expected = new Map([...Array(900).keys()].map((i) => [i, forward.recordsAt(i)]));
  const other = site();
  for (const index of [850, 0, 899, 288, 287, 1, 600]) {
    assert.deepEqual(other.recordsAt(index), expected.get(index), `interval ${index}`);
  }
  assert.notDeepEqual(site(4).recordsAt(noon), expected.get(noon));
  assert.throws(() => forward.recordsAt(-1), RangeError);
});

test('each type has the number of fields that the protocol gives it', () => {
  const counts: Record<string, number> = { 120: 12, 130: 15, 140: 12 };
  for (const line of [...site().recordsAt(noon), ...site().recordsAt(midnight)]) {
    const fields = line.split('\t');
    const expected = counts[fields[0] ?? ''];
    if (expected !== undefined) assert.equal(fields.length, expected, line);
    assert.doesNotMatch(line, /NaN|e-|undefined/);
  }
  assert.equal(site().identityAt(0).split('\t').length, 8);
});

test('inverters are silent at night, the others are not', () => {
  assert.ok(ofType(site().recordsAt(noon), '130').length >= 24);
  const night = site().recordsAt(midnight);
  assert.equal(ofType(night, '130').length, 0);
  assert.equal(ofType(night, '120').length, 1);
  assert.equal(ofType(night, '140').length, 2);
});

test('lifetime counters never go back and agree with the production meter', () => {
  const simulated = site();
  const first = new Map<string, number>();
  const latest = new Map<string, number>();
  let meterFirst: number | undefined;
  let meterLast = 0;
  const shapes = new Set<number>();
  for (let index = 60; index < 250; index += 1) {
    const lines = simulated.recordsAt(index);
    for (const fields of ofType(lines, '130')) {
      const [, , serial = '', , , text = ''] = fields;
      const lifetimeKwh = Number(text);
      assert.ok(lifetimeKwh >= (latest.get(serial) ?? 0), `${serial} at ${index}`);
      if (!first.has(serial)) first.set(serial, lifetimeKwh);
      latest.set(serial, lifetimeKwh);
      shapes.add(text.split('.')[1]?.length ?? 0);
    }
    const meter = ofType(lines, '140').find(([, , serial]) => serial?.endsWith('p'));
    meterLast = Number(meter?.[5]);
    meterFirst ??= meterLast;
  }
  let producedKwh = 0;
  for (const [serial, lifetimeKwh] of latest) producedKwh += lifetimeKwh - (first.get(serial) ?? 0);
  const metered = meterLast - (meterFirst ?? 0);
  assert.ok(producedKwh > 20, `${producedKwh} kWh`);
  assert.ok(Math.abs(metered / producedKwh - 1) < 0.01, `${metered} of ${producedKwh} kWh`);
  // Most devices have four decimals; some shorten them.
  assert.ok(shapes.has(4) && shapes.size > 1, [...shapes].join());
});
