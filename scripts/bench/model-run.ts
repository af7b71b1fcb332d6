/**
 * Feeds a model days of a site of 24 or 40 devices, in a process of its own (`node --expose-gc`), and
 * prints what that took as JSON: `model-run.ts DAYS INVERTERS`.
 */
import { SiteModel } from '../../src/model/site-model.ts';
import type { TimedLine } from '../../src/model/site-model.ts';

const DAY_SEC = 86_400;
const INTERVAL_SEC = 300;
const RESIDENT_DAYS = 4;
const start = Date.parse('2025-01-01T00:00:00Z') / 1000;
/** Hours in which inverters report. */
const light = { from: 6, to: 20 };

/** One record, made of a text of which only the time and the counter differ. */
class Source {
  readonly #line: TimedLine;
  readonly #data: Buffer;
  readonly #counterAt: number;
  #counter: number;

  constructor(type: 130 | 140, serial: string, counter: number) {
    const head = `${type}\t20250101000000\t${serial}\t${type === 130 ? 'AC_Module\t' : 'PVS5M\t50'}\t`;
    this.#counterAt = head.length;
    this.#counter = counter;
    this.#data = Buffer.from(`${head}000000.0000\t0\n`);
    const [serialStart, serialEnd] = [19, 19 + serial.length];
    this.#line = {
      data: this.#data,
      start: 0,
      end: this.#data.length - 1,
      type,
      timeAt: 4,
      serialStart,
      serialEnd,
      timeSec: 0,
    };
  }

  next(timeSec: number, tenthsOfWh: number): TimedLine {
    this.#counter += tenthsOfWh;
    const text = (this.#counter / 10_000).toFixed(4).padStart(11, '0');
    this.#data.write(text, this.#counterAt, 'latin1');
    this.#line.timeSec = timeSec;
    return this.#line;
  }
}

const [days = 1, inverters = 24] = process.argv.slice(2).map(Number);
const collect = (): number => {
  // Memory of arrays is given back one collection later than the arrays.
  for (let times = 0; times < 3; times++) global.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
const model = new SiteModel({
  calendar: {
    dayStart: (timeSec) => Math.ceil(timeSec / DAY_SEC) * DAY_SEC - DAY_SEC,
    dayEnd: (timeSec) => Math.ceil(timeSec / DAY_SEC) * DAY_SEC,
    dayName: (timeSec) =>
      new Date((Math.ceil(timeSec / DAY_SEC) - 1) * DAY_SEC * 1000).toISOString(),
  },
  production: 'auto',
  grid: 'auto',
  residentDays: RESIDENT_DAYS,
  load: () => [],
});
const sources = [
  ...Array.from(
    { length: inverters },
    (_, n) => new Source(130, `4140516${10_000_000 + n}`, 1e6 + n),
  ),
  new Source(140, 'PVS5M500001p', 2e7),
  new Source(140, 'PVS5M500001c', 3e7),
];
const before = collect();
let dayMs = Infinity;
let requestMs = Infinity;
for (let day = 0; day < days; day++) {
  const beganMs = performance.now();
  let latestMs = 0;
  for (let interval = 1; interval <= DAY_SEC / INTERVAL_SEC; interval++) {
    const hour = interval / 12;
    const isLight = hour > light.from && hour <= light.to;
    const timeSec = start + day * DAY_SEC + interval * INTERVAL_SEC;
    const requestBeganMs = performance.now();
    for (const [n, source] of sources.entries()) {
      if (n < inverters && !isLight) continue;
      const isGrid = n === inverters + 1;
      model.take(source.next(timeSec, isGrid ? 900 + interval : isLight ? 150 + n : 0));
    }
    // The last request of the light: a day of readings is in memory, and modelled once more.
    if (hour === light.to) {
      model.settle({ late: false });
      latestMs = performance.now() - requestBeganMs;
    }
  }
  model.settle({ late: false });
  dayMs = Math.min(dayMs, performance.now() - beganMs);
  requestMs = Math.min(requestMs, latestMs);
}
const sampleBytes = model.devices.reduce((sum, { samples }) => sum + samples.heldBytes, 0);
process.stdout.write(
  `${JSON.stringify({ dayMs, requestMs, bytes: collect() - before, sampleBytes })}\n`,
);
