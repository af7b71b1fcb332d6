/** A reader of telemetry whose records are kept as text, `|` for TAB. */
import assert from 'node:assert/strict';
import type { Exchange } from '../../src/http/message.ts';
import { TelemetryReader } from '../../src/record/telemetry-reader.ts';

const DATA = '/Data/SMS2DataCollector.aspx';

/** A time for records of which it does not matter. */
export const T = '20240612190000';

export function makeReader(): { reader: TelemetryReader; records: string[] } {
  const records: string[] = [];
  const reader = new TelemetryReader(({ data, start, end, type }) => {
    const text = Buffer.from(data.subarray(start, end)).toString('latin1');
    assert.equal(Number.parseInt(text, 10), type);
    records.push(text.replaceAll('\t', '|'));
  });
  return { reader, records };
}

export function begin(reader: TelemetryReader, target = DATA, method = 'POST'): Exchange {
  const exchange = reader.request({ method, target });
  assert.ok(exchange !== undefined, 'is read');
  return exchange;
}
