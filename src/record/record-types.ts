/**
 * The record types that are known, their fields in order. Fields whose meaning nobody has confirmed
 * are named `unknown…`. Source: owners' captures 2016-2026; see PROTOCOL.md.
 */

export interface RecordType {
  type: number;
  name: string;
  /** Names of the fields behind the type; units last. */
  fields: readonly string[];
}

export const RECORD_TYPES: readonly RecordType[] = [
  {
    type: 120,
    name: 'supervisor health',
    fields: [
      'time',
      'supervisorSerial',
      'errorCount',
      'communicationErrors',
      'skippedScans',
      'scanTimeSec',
      'untransmittedRecords',
      'uptimeSec',
      'cpuLoad',
      'memoryUsedKiB',
      'flashFreeKiB',
    ],
  },
  {
    type: 122,
    name: 'supervisor identity',
    fields: [
      'time',
      'supervisorSerial',
      'model',
      'softwareVersion',
      'secondVersion',
      'productName',
      'protocolName',
    ],
  },
  {
    type: 130,
    name: 'inverter reading',
    fields: [
      'time',
      'inverterSerial',
      'model',
      'unknown4',
      'lifetimeEnergyKWh',
      'acPowerKW',
      'acVoltageV',
      'acCurrentA',
      'dcPowerKW',
      'dcVoltageV',
      'dcCurrentA',
      'heatSinkTemperatureC',
      'frequencyHz',
      'state',
    ],
  },
  {
    type: 131,
    name: 'inverter status',
    fields: ['time', 'inverterSerial', 'model'],
  },
  {
    type: 140,
    name: 'power meter reading',
    fields: [
      'time',
      'meterSerial',
      'model',
      'ctScaleA',
      'netLifetimeEnergyKWh',
      'realPowerKW',
      'reactivePowerKvar',
      'apparentPowerKVA',
      'powerFactor',
      'frequencyHz',
      'state',
    ],
  },
];

const FIELD_COUNTS = new Map(RECORD_TYPES.map(({ type, fields }) => [type, fields.length + 1]));
/** Type, time, serial and at least one thing said. */
const LEAST_FIELDS = 4;

/** The fewest fields, type included, with which a line of this type is credible out of context. */
export function leastFields(type: number): number {
  return FIELD_COUNTS.get(type) ?? LEAST_FIELDS;
}
