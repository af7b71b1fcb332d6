/**
 * The record types that are known, their fields in order. Fields whose meaning nobody has confirmed
 * are named `unknown…`. Source: owners' captures 2016-2026; see PROTOCOL.md.
 */

export interface RecordType {
  type: number;
  name: string;
  /** Names of the fields behind the type; units last. */
  fields: readonly string[];
  /** False: more fields follow, whose number and meaning nobody has confirmed. */
  complete: boolean;
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
    complete: true,
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
    complete: true,
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
    complete: true,
  },
  {
    type: 131,
    name: 'inverter status',
    fields: ['time', 'inverterSerial', 'model'],
    complete: false,
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
    complete: true,
  },
];

/** Types of which all fields are known, and how many they are, the type included. */
const FIELD_COUNTS = new Map(
  RECORD_TYPES.filter(({ complete }) => complete).map(({ type, fields }) => [
    type,
    fields.length + 1,
  ]),
);

/** How many fields a line of this type has, the type included; undefined where that is not known. */
export function fieldCount(type: number): number | undefined {
  return FIELD_COUNTS.get(type);
}
