/** Payloads of frames put together by hand: what they claim need not be so. */
import { ByteWriter } from '../../src/base/byte-writer.ts';
import { BitWriter } from '../../src/log/bit-writer.ts';
import { zigzag } from '../../src/log/zigzag.ts';

export const NOON_SEC = 1_778_324_400;

export interface Claim {
  index?: number;
  rows: number;
  ordinal?: number;
  series: { typeText: string; serial: string }[];
  /** Runs of rows: seconds since the run before, first series from the one expected, rows. */
  runs: number[][];
  /** Of every row. */
  columns: number | undefined;
  values?: (out: BitWriter) => void;
}

/** A payload that says what the claim says, and has `bytes` zeros behind it. */
export function claimed(claim: Claim, bytes = 0): Uint8Array {
  const out = new ByteWriter();
  out.varint(claim.index ?? 0);
  out.varint(claim.rows);
  out.varint(zigzag(claim.ordinal ?? 0));
  out.varint(claim.series.length);
  for (const text of claim.series.flatMap(({ typeText, serial }) => [typeText, serial])) {
    out.varint(text.length);
    out.bytes(Buffer.from(text, 'latin1'), 0, text.length);
  }
  for (const [timeSec = 0, first = 0, length = 0] of claim.runs) {
    out.varint(zigzag(timeSec));
    out.varint(zigzag(first));
    out.varint(length);
  }
  out.byte(claim.columns === undefined ? 0 : 1);
  if (claim.columns !== undefined) {
    out.varint(claim.columns);
    out.varint(claim.rows);
  }
  const bits = new BitWriter();
  claim.values?.(bits);
  const values = bits.finish();
  out.bytes(values, 0, values.length);
  out.bytes(new Uint8Array(bytes), 0, bytes);
  return out.finish();
}

const ONE_SERIES = [{ typeText: '130', serial: '1' }];

/** So many rows of one device, each of which is the next run. */
export function rowsOfOne(rows: number): Pick<Claim, 'rows' | 'series' | 'runs'> {
  const runs = Array.from({ length: rows }, (_, i) => (i === 0 ? [NOON_SEC, 0, 1] : [0, -1, 1]));
  return { rows, series: ONE_SERIES, runs };
}
