/** The status for a person: lines of at most 80 columns. */
import { countTable, group } from './count-table.ts';
import type { DeviceStatus, Flows, Status } from './status-snapshot.ts';

const UNKNOWN = '-';
const WIDTH = 80;

/** @param nowMs as the clock of the machine has it, for ages */
export function statusText(status: Status, nowMs: number): string {
  const { now, today, total, devices, health, counters } = status;
  const parts = [
    headText(status, nowMs),
    flowTable(
      [
        ['now', now],
        ['today', today],
        ['in all', { ...total, productionWh: null, consumptionWh: null }],
      ],
      now,
    ),
    gridText(status),
    devices.length === 0 ? 'No device has been seen yet.\n' : deviceTable(devices),
    health.length === 0
      ? 'Nothing seems to be wrong.\n'
      : health.map(({ sentence }) => wrapped(`! ${sentence}`)).join(''),
    counters === null ? '' : countTable(counterRows(status)),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function headText(status: Status, nowMs: number): string {
  const whom = status.supervisor === null ? 'every host' : `supervisor ${status.supervisor}`;
  const lines = [`suntap ${status.version}, listening on ${status.interface} to ${whom}`];
  const { newestRecord } = status;
  lines.push(
    newestRecord === null
      ? 'No record has come yet.'
      : `Newest record: ${newestRecord} (${ageText(nowMs - Date.parse(newestRecord))})`,
  );
  if (!status.complete)
    lines.push('The log is still being read: days gone by are not complete yet.');
  if (status.log.fault !== null) lines.push(status.log.fault);
  return lines.map(wrapped).join('');
}

/** Energies in kWh, and the powers of the newest interval. */
function flowTable(rows: [string, Flows | null][], now: Status['now']): string {
  const heading = ['', 'production', 'consumption', 'import', 'export'];
  const lines = rows.flatMap(([name, flows]) => {
    if (flows === null) return [];
    const { productionWh, consumptionWh, importWh, exportWh } = flows;
    return [[name, ...[productionWh, consumptionWh, importWh, exportWh].map(kwh)]];
  });
  if (lines.length === 0) return '';
  if (now !== null) {
    const { netW } = now;
    lines[0] = [
      `now`,
      watts(now.productionW),
      watts(now.consumptionW),
      watts(netW === null ? null : Math.max(0, netW)),
      watts(netW === null ? null : Math.max(0, -netW)),
    ];
  }
  return table([heading, ...lines]);
}

function gridText({ gridMeter, devices, production }: Status): string {
  const lines: string[] = [];
  if (production === 'meter') lines.push('Production is what the production meter counts.');
  if (!devices.some(({ kind }) => kind === 'gridMeter')) return lines.map(wrapped).join('');
  const sentences = {
    unknown:
      'What the grid meter measures is not known yet: a night shows its sign, and a sunny day whether it measures the house. Until then there is no import, export and consumption.',
    import: 'The counter of the grid meter rises with import.',
    export: 'The counter of the grid meter rises with export.',
    load: 'The grid meter measures what the house takes.',
  };
  lines.push(sentences[gridMeter]);
  return lines.map(wrapped).join('');
}

function deviceTable(devices: readonly DeviceStatus[]): string {
  const names = {
    supervisor: 'supervisor',
    inverter: 'inverter',
    productionMeter: 'prod. meter',
    gridMeter: 'grid meter',
    meter: 'meter',
    unknown: 'unknown',
  };
  return table([
    ['device', 'serial', 'state', 'power', 'today', 'lifetime'],
    ...inOrder(devices).map(({ kind, serial, state, powerW, todayWh, lifetimeWh }) => [
      names[kind],
      serial.length > 24 ? `${serial.slice(0, 21)}...` : serial,
      state,
      watts(powerW),
      kwh(todayWh),
      kwh(lifetimeWh),
    ]),
  ]);
}

/** As the way of the energy goes, and by serial. */
function inOrder(devices: readonly DeviceStatus[]): DeviceStatus[] {
  const kinds = ['supervisor', 'inverter', 'productionMeter', 'gridMeter', 'meter', 'unknown'];
  return [...devices].sort(
    (a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.serial < b.serial ? -1 : 1),
  );
}

function counterRows({
  counters,
  refusedReadings,
  doubtedReadings,
}: Status): Parameters<typeof countTable>[0] {
  if (counters === null) return [];
  const { requests } = counters;
  return [
    { name: 'packets', count: counters.packets },
    { name: 'gaps', count: counters.tcp.gaps },
    { name: 'requests', count: requests.data + requests.command },
    { name: '  unanswered', count: requests.unanswered },
    { name: 'records', count: counters.records },
    { name: '  repeated', count: counters.duplicates },
    { name: '  revised', count: counters.revisions },
    ...Object.entries(counters.rejectedLines).map(([reason, count]) => ({
      name: `lines rejected: ${reason}`,
      count,
    })),
    ...Object.entries({
      'held back today': doubtedReadings.heldBack,
      'mistaken today': doubtedReadings.mistaken,
    }).flatMap(([name, count]) => (count > 0 ? [{ name: `readings ${name}`, count }] : [])),
    ...Object.entries(refusedReadings).map(([reason, count]) => ({
      name: `no reading: ${reason}`,
      count,
    })),
  ];
}

/** The first column and texts to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isNumber = widths.map((_, column) =>
    rows.slice(1).every((row) => /^[-\d]/.test(row[column] ?? '')),
  );
  return rows
    .map((row) => {
      const cells = row.map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumber[column] === true ? cell.padStart(width) : cell.padEnd(width);
      });
      return `${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}

function kwh(wattHours: number | null): string {
  if (wattHours === null) return UNKNOWN;
  const [whole = '', decimals = ''] = (wattHours / 1000).toFixed(2).split('.');
  return `${whole.replace(/\B(?=(?:\d{3})+$)/g, ' ')}.${decimals} kWh`;
}

function watts(value: number | null): string {
  return value === null ? UNKNOWN : `${group(Math.round(value))} W`;
}

function ageText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 0) return 'later than the clock of this machine';
  if (minutes < 2) return 'now';
  if (minutes < 120) return `${minutes} minutes ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours ago` : `${Math.round(hours / 24)} days ago`;
}

function wrapped(text: string): string {
  let lines = '';
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines += `${line}\n`;
      line = `  ${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return `${lines}${line}\n`;
}
