/** What became of a capture, as numbers: for a program (JSON) and for a person (a table). */
import type { Pipeline } from '../pipeline.ts';
import type { TypeCounts } from '../record/type-counts.ts';
import { RECORD_TYPES } from '../record/record-types.ts';
import { countTable, group, type CountRow } from './count-table.ts';

/** Records by what they were to us; counted where they are told apart. */
export interface NoveltyCounts {
  new: number;
  repeat: number;
  revision: number;
}

export interface Summary {
  packets: number;
  capturedBytes: number;
  snappedPackets: number;
  otherHostsPackets: number;
  /** RFC 3339, of the first and the last packet; null for a capture without packets. */
  from: string | null;
  to: string | null;
  /** Packets not read further, by layer and reason. */
  skippedPackets: Record<string, number>;
  fragments: Pipeline['fragments']['counters'];
  tcp: Pipeline['tcp']['counters'];
  http: Pipeline['http'];
  requests: {
    data: number;
    command: number;
    answered: number;
    refused: number;
    unanswered: number;
    answerMeanMs: number | null;
    answerMaxMs: number | null;
  };
  records: number;
  recordsByType: Record<string, number>;
  duplicates: number;
  revisions: number;
  /** Lines that are no records, by reason. */
  rejectedLines: Record<string, number>;
}

export function summarize(pipeline: Pipeline, novelty: NoveltyCounts, types: TypeCounts): Summary {
  const { packets, telemetry } = pipeline;
  const { counters } = telemetry;
  return {
    packets: packets.packets,
    capturedBytes: packets.capturedBytes,
    snappedPackets: packets.snapped,
    otherHostsPackets: packets.otherHosts,
    from: rfc3339(packets.firstMs),
    to: rfc3339(packets.lastMs),
    skippedPackets: Object.fromEntries(packets.skipped),
    fragments: { ...pipeline.fragments.counters },
    tcp: { ...pipeline.tcp.counters },
    http: { ...pipeline.http },
    requests: {
      data: counters.dataRequests,
      command: counters.commandRequests,
      answered: counters.answered,
      refused: counters.refused,
      unanswered: counters.unanswered,
      answerMeanMs: counters.answered === 0 ? null : counters.answerMsTotal / counters.answered,
      answerMaxMs: counters.answered === 0 ? null : counters.answerMsMax,
    },
    records: novelty.new + novelty.revision,
    recordsByType: Object.fromEntries(types.entries),
    duplicates: novelty.repeat,
    revisions: novelty.revision,
    rejectedLines: Object.fromEntries(counters.rejected),
  };
}

/** The summary as lines for a terminal; rows that are zero and say nothing by it are left out. */
export function summaryTable(summary: Summary): string {
  const { tcp, fragments, http, requests } = summary;
  const rows: CountRow[] = [];
  const row = (name: string, count: number, note = '') => {
    rows.push({ name, count, note });
  };
  const rowIf = (name: string, count: number, note = '') => {
    if (count > 0) row(name, count, note);
  };
  const during = summary.from === null ? '' : `${summary.from} to ${summary.to ?? ''}`;
  row('packets', summary.packets, during);
  row('bytes', summary.capturedBytes);
  rowIf('  snapped', summary.snappedPackets, 'not captured whole; the rest counts as a gap');
  rowIf('  of other hosts', summary.otherHostsPackets);
  for (const [reason, count] of Object.entries(summary.skippedPackets)) {
    rowIf(`  ${reason}`, count, 'not read');
  }
  rowIf('IP fragments', fragments.fragments, `of ${group(fragments.datagrams)} whole datagrams`);
  rowIf('  incomplete', fragments.datagramsIncomplete);
  row('connections', tcp.connections);
  row('gaps', tcp.gaps, tcp.gaps > 0 ? `${group(tcp.gapBytes)} bytes not captured` : '');
  rowIf('  begun before', tcp.midstream, 'the capture began in the middle');
  rowIf('bytes repeated', tcp.overlapBytes);
  rowIf('bytes too late', tcp.lateBytes);
  rowIf('wrong checksums', tcp.checksumsWrong);
  rowIf('offloaded checksums', tcp.checksumsOffloaded);
  rowIf('stray segments', tcp.segmentsStray);
  row('requests', requests.data + requests.command, answerNote(requests));
  rowIf('  unanswered', requests.unanswered);
  rowIf('  refused', requests.refused);
  rowIf('  of other kinds', http.requestsLeft);
  row('records', summary.records);
  for (const [type, count] of Object.entries(summary.recordsByType)) {
    row(`  type ${type}`, count, RECORD_TYPES.find((known) => `${known.type}` === type)?.name);
  }
  row('duplicates', summary.duplicates);
  row('revisions', summary.revisions);
  for (const [reason, count] of Object.entries(summary.rejectedLines)) {
    rowIf(`lines rejected: ${reason}`, count);
  }
  return countTable(rows);
}

function answerNote(requests: Summary['requests']): string {
  if (requests.answerMeanMs === null) return '';
  const mean = Math.round(requests.answerMeanMs);
  const most = Math.round(requests.answerMaxMs ?? 0);
  return `${group(requests.answered)} answered, after ${group(mean)} ms on average, ${group(most)} ms at most`;
}

/** Times beyond what a Date holds (a damaged capture) are given as null. */
function rfc3339(timeMs: number | undefined): string | null {
  if (timeMs === undefined || !(Math.abs(timeMs) <= 8.64e15)) return null;
  return new Date(timeMs).toISOString();
}
