/** No watt-hour is lost, and none is made up, whatever happens to a site. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeviceDay } from '../../src/model/device-day.ts';
import type { Baseline } from '../../src/model/lifetime-counter.ts';
import { siteReadings } from '../../src/model/site-day.ts';
import type { SiteModel } from '../../src/model/site-model.ts';
import { forSeeds } from '../base/seeds.ts';
import type { Random } from '../tools/random.ts';
import { timed } from './lines.ts';
import { randomSite } from './random-site.ts';
import { dayOf, siteModel } from './site-view.ts';

const SITES = 300;

function settled(random: Random): SiteModel {
  const site = randomSite(random);
  const model = siteModel(site);
  for (const line of random.shuffle(site.lines)) model.take(timed(line));
  model.settle();
  return model;
}

/** The days of each device, in order. */
function daysOfDevices(model: SiteModel): DeviceDay[][] {
  const days = model.days.map((summary) => dayOf(model, summary).devices);
  return model.devices.map(({ index }) => days.flatMap((devices) => devices[index] ?? []));
}

/** Follows a counter from baseline to baseline. */
function followCounter(days: readonly DeviceDay[]): Baseline | undefined {
  const steps = days.flatMap(({ spans, baselines }) => [
    ...spans.map((span) => ({ timeSec: span.endSec, span, baseline: undefined })),
    ...baselines.map((baseline) => ({ timeSec: baseline.at.timeSec, span: undefined, baseline })),
  ]);
  steps.sort((a, b) => a.timeSec - b.timeSec);
  let counter: Baseline | undefined;
  for (const { span, baseline } of steps) {
    if (baseline !== undefined) {
      assert.deepEqual(baseline.before, counter);
      counter = baseline.at;
      continue;
    }
    assert.equal(span.startSec, counter?.timeSec, 'a span begins where the one before has ended');
    assert.ok(span.endSec > span.startSec && Number.isInteger(span.milliWh));
    counter = { timeSec: span.endSec, milliWh: (counter?.milliWh ?? NaN) + span.milliWh };
  }
  return counter;
}

test('the spans of a device add up to the difference of its counter', () => {
  forSeeds(SITES, (random) => {
    const model = settled(random);
    const last = model.days.at(-1);
    for (const [index, days] of daysOfDevices(model).entries()) {
      assert.deepEqual(followCounter(days), last?.states.of(index).counter.accepted);
    }
  });
});

test('the production of all readings is that of all producers', () => {
  forSeeds(SITES, (random) => {
    const model = settled(random);
    const kind = model.source === 'inverters' ? 'inverter' : 'productionMeter';
    let devices = 0;
    for (const days of daysOfDevices(model)) {
      for (const { device, spans } of days) {
        if (device.kind !== kind) continue;
        for (const { milliWh } of spans) devices += milliWh;
      }
    }
    let readings = 0;
    let summaries = 0;
    for (const summary of model.days) {
      for (const { productionMilliWh } of siteReadings(dayOf(model, summary), model.sense)) {
        readings += productionMilliWh ?? 0;
      }
      for (const { index } of model.devices.filter((device) => device.kind === kind)) {
        summaries += summary.deviceMilliWh[index] ?? 0;
      }
      assert.ok(summary.productionMilliWh >= 0);
    }
    assert.equal(readings, devices);
    assert.equal(summaries, devices);
  });
});

test('import less export is net, and only one of them in a reading', () => {
  forSeeds(SITES, (random) => {
    const model = settled(random);
    for (const summary of model.days) {
      let readings = 0;
      const day = dayOf(model, summary);
      for (const { netMilliWh, importMilliWh, exportMilliWh } of siteReadings(day, model.sense)) {
        assert.equal(importMilliWh === undefined, netMilliWh === undefined);
        assert.equal(exportMilliWh === undefined, netMilliWh === undefined);
        if (importMilliWh === undefined || exportMilliWh === undefined) continue;
        assert.ok(importMilliWh >= 0 && exportMilliWh >= 0);
        assert.ok(importMilliWh === 0 || exportMilliWh === 0);
        assert.equal(importMilliWh - exportMilliWh, netMilliWh);
        readings += importMilliWh - exportMilliWh;
      }
      const { netMilliWh, importMilliWh, exportMilliWh } = model.totals(summary);
      assert.equal((importMilliWh ?? 0) - (exportMilliWh ?? 0), netMilliWh ?? 0);
      assert.equal(importMilliWh === undefined, netMilliWh === undefined);
      // What several meters count is only theirs together while all of them are heard of.
      const meters = model.devices.filter(({ kind }) => kind === 'gridMeter').length;
      if (meters === 1) assert.equal(readings, netMilliWh ?? 0);
    }
  });
});

test('consumption is production and net together, wherever there is all of it', () => {
  forSeeds(SITES, (random) => {
    const model = settled(random);
    for (const summary of model.days) {
      for (const reading of siteReadings(dayOf(model, summary), model.sense)) {
        const { kind, missing, productionMilliWh, netMilliWh, consumptionMilliWh } = reading;
        if (kind === 'gap' || netMilliWh === undefined || consumptionMilliWh === undefined)
          continue;
        assert.equal(missing, 0);
        assert.equal(consumptionMilliWh, (productionMilliWh ?? NaN) + netMilliWh);
      }
    }
  });
});
