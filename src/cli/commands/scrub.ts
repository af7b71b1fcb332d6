/** `suntap scrub`: a capture that can be sent to others. */
import { scrub as scrubCapture } from '../../scrub/scrub.ts';
import type { ScrubFault, ScrubFaultReason, ScrubReport } from '../../scrub/scrub-report.ts';
import { parseIpAddress } from '../../wire/ip-address.ts';
import { explainFault, explainWarning, notAnAddress } from '../explain.ts';
import { DONE, FAILED, NOTHING_FOUND, type ExitStatus } from '../exit-status.ts';
import { Progress, say } from '../terminal.ts';
import { printable, type Invocation } from '../usage.ts';

const SENTENCES: Readonly<Record<ScrubFaultReason, (fault: ScrubFault) => string>> = {
  'not-a-file': ({ subject }) =>
    `'${printable(subject)}' is not a file. scrub reads its input three times, so it has to be one.`,
  'same-file': ({ subject }) =>
    `'${printable(subject)}' is the input itself. Give the scrubbed capture another name.`,
  'output-exists': ({ subject }) =>
    `'${printable(subject)}' exists already. Give another name, or replace it with --force.`,
  'output-unwritable': ({ subject, detail }) =>
    `'${printable(subject)}' cannot be written${detail === undefined ? '' : ` (${printable(detail)})`}.`,
  'several-link-types': ({ subject }) =>
    `The telemetry in '${printable(subject)}' was captured on interfaces of several kinds, and a pcap file can hold one. Split it first: tshark -r IN -Y 'frame.interface_id == 0' -w PART.`,
  'input-changed': ({ subject }) =>
    `'${printable(subject)}' changed while it was being read. Try again when nobody writes to it.`,
  interrupted: () => 'Interrupted; nothing was written.',
  'nothing-found': ({ subject }) =>
    `There is no telemetry in '${printable(subject)}'; nothing was written.`,
};

export async function scrub({ operands, options }: Invocation): Promise<ExitStatus> {
  const [input = '', output = ''] = operands;
  const addressText = options.get('supervisor');
  const supervisor = typeof addressText === 'string' ? parseIpAddress(addressText) : undefined;
  if (typeof addressText === 'string' && supervisor === undefined) {
    say(notAnAddress(addressText));
    return FAILED;
  }
  const key = options.get('key');
  const abort = new AbortController();
  const stop = () => {
    abort.abort();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const progress = new Progress();
  const result = await scrubCapture({
    input,
    output,
    force: options.has('force'),
    supervisor,
    key: typeof key === 'string' ? key : undefined,
    signal: abort.signal,
    progress: (reading, packets) => {
      progress.show(() => `reading ${reading} of 3: ${packets} packets`);
    },
  });
  progress.clear();

  if (!result.ok) {
    const { fault } = result;
    say(fault.layer === 'scrub' ? SENTENCES[fault.reason](fault) : explainFault(fault));
    return fault.reason === 'nothing-found' ? NOTHING_FOUND : FAILED;
  }
  for (const warning of result.warnings) say(explainWarning(warning));
  say(closingSentences(result.report, output));
  return DONE;
}

function closingSentences(report: ScrubReport, output: string): string {
  const { leftOut } = report;
  const written = `${count(report.written, 'packet')} of ${report.packets} written to '${printable(output)}', ${count(report.connections, 'connection')} with ${count(report.records, 'record')}.`;
  const replaced = `Replaced: ${count(report.serials, 'serial')}, ${count(report.ipAddresses, 'IP address', 'IP addresses')}, ${count(report.macAddresses, 'hardware address', 'hardware addresses')}, ${count(report.tokens, 'request token')}; masked: ${count(report.maskedBytes, 'byte')} not understood.`;
  const reasons = [
    leftOut['other-traffic'] > 0 ? `${leftOut['other-traffic']} of other traffic` : '',
    leftOut['other-connections'] > 0
      ? `${leftOut['other-connections']} of connections without telemetry`
      : '',
    leftOut.damaged > 0 ? `${leftOut.damaged} damaged` : '',
    leftOut['loose-fragments'] > 0 ? `${leftOut['loose-fragments']} loose fragments` : '',
  ].filter((reason) => reason !== '');
  const left = `Left out: ${reasons.length === 0 ? 'nothing' : reasons.join(', ')}.`;
  const advice =
    'Times, readings, ports and models are as they were. Please look at the result before you send it: suntap replay OUT, and tcpdump -A -r OUT.';
  return [written, replaced, left, advice].join(' ').replaceAll('OUT', printable(output));
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
