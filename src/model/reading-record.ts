/** What the model takes out of a record; everything else of it stays in the log. */
import { latin1 } from '../base/ascii.ts';
import { fieldEnd, type RecordLine } from '../record/record-line.ts';
import { meterKind, type DeviceKind } from './device.ts';
import { readEnergy, type Energy } from './energy-text.ts';

interface RecordShape {
  /** Field of the model's name, and of the lifetime counter; the type is field 0. */
  modelField?: number;
  counterField?: number;
  kind: (serial: string, model: string) => DeviceKind;
}

const SHAPES: ReadonlyMap<number, RecordShape> = new Map<number, RecordShape>([
  [120, { kind: () => 'supervisor' }],
  [122, { modelField: 3, kind: () => 'supervisor' }],
  [130, { modelField: 3, counterField: 5, kind: () => 'inverter' }],
  [140, { modelField: 3, counterField: 5, kind: meterKind }],
]);

export interface ReadingRecord {
  kind: DeviceKind;
  model: string;
  /** Undefined: the record has none, or one that is no number. */
  energy: Energy | undefined;
  /** It has the field of a counter, and something else in it. */
  isBad: boolean;
}

const MAX_MODEL_BYTES = 64;
/** What no name of a model holds: it ends up in tables and pages. */
const ODD = /[\x00-\x1f\x7f-\xff]/g;

export function readReading(line: RecordLine, serial: string): ReadingRecord {
  const shape = SHAPES.get(line.type);
  if (shape === undefined) return { kind: 'unknown', model: '', energy: undefined, isBad: false };
  const { data, end } = line;
  let model = '';
  let energy: Energy | undefined;
  let isBad = false;
  let start = line.serialEnd + 1;
  const last = Math.max(shape.modelField ?? 0, shape.counterField ?? 0);
  for (let field = 3; field <= last && start <= end; field++) {
    const behind = fieldEnd(data, start, end);
    if (field === shape.modelField) {
      model = latin1(data, start, Math.min(behind, start + MAX_MODEL_BYTES)).replace(ODD, '?');
    }
    if (field === shape.counterField && behind > start) {
      energy = readEnergy(data, start, behind);
      isBad = energy === undefined;
    }
    start = behind + 1;
  }
  return { kind: shape.kind(serial, model), model, energy, isBad };
}
