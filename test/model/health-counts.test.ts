/** The newest counts in their order, against a list that is sorted and cut. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CountSeries, type TimedCount } from '../../src/model/count-series.ts';
import { forSeeds } from '../base/seeds.ts';

function contents(series: CountSeries): (TimedCount | undefined)[] {
  return Array.from({ length: series.length }, (_, index) => series.at(index));
}

test('keeps the newest, in order, each with what came for it last', () => {
  forSeeds(300, (random) => {
    const room = random.int(1, 12);
    const series = new CountSeries(room);
    let expected: TimedCount[] = [];
    for (let step = random.int(0, 60); step > 0; step--) {
      const timeSec = random.int(1, 30);
      const count = random.int(0, 2 ** 32 - 1);
      series.put(timeSec, count);
      expected = [...expected.filter((other) => other.timeSec !== timeSec), { timeSec, count }]
        .sort((a, b) => a.timeSec - b.timeSec)
        .slice(-room);
      assert.deepEqual(contents(series), expected);
    }
    assert.equal(series.at(-1), undefined);
    assert.equal(series.at(series.length), undefined);
  });
});
