/** Capture faults and warnings as sentences for the owner: what is wrong, then what to do. */
import type { CaptureFault, CaptureFaultReason, CaptureWarning } from '../capture/packet-source.ts';
import { printable } from './usage.ts';

const SENTENCES: Readonly<Record<CaptureFaultReason, (fault: CaptureFault) => string>> = {
  'file-missing': ({ subject }) => `There is no file '${printable(subject)}'.`,
  'file-unreadable': ({ subject, detail }) =>
    `'${printable(subject)}' cannot be read${because(detail)}.`,
  'not-a-capture': ({ subject, detail }) =>
    `'${printable(subject)}' is no packet capture${looksLike(detail)}. suntap reads pcap and pcapng files (as tcpdump or Wireshark write them), plain or gzipped, and text logs of raw records.`,
  'unsupported-capture': ({ subject, detail }) =>
    `'${printable(subject)}' is a capture in a format that suntap does not read${looksLike(detail)}. Convert it with Wireshark: editcap -F pcap IN OUT.`,
  'no-such-interface': ({ subject, alternatives }) =>
    `There is no network interface '${printable(subject)}'.${thereAre(alternatives ?? [])}`,
  'interface-down': ({ subject }) =>
    `The interface '${printable(subject)}' is down. Bring it up: ip link set ${printable(subject)} up.`,
  'no-permission': ({ subject, detail }) =>
    `No permission to capture on '${printable(subject)}'${because(detail)}. Run suntap as root, or give its user CAP_NET_RAW.`,
  'bad-filter': ({ subject, detail }) =>
    `libpcap refuses the filter for '${printable(subject)}'${because(detail)}. Please report this.`,
  'addon-missing': ({ detail }) =>
    `The capture addon cap.node is not beside suntap.js${because(detail)}. Capture with tcpdump instead: --capture tcpdump.`,
  'addon-failed': ({ detail }) =>
    `The capture addon cap.node does not work here${because(detail)}. Capture with tcpdump instead: --capture tcpdump.`,
  'tcpdump-missing': () =>
    'tcpdump is not installed. Install it: opkg install tcpdump-mini (OpenWrt) or apt-get install tcpdump (Debian).',
  'tcpdump-failed': ({ subject, detail }) =>
    `'${printable(subject)}' stopped${because(detail)}. It is started again.`,
};

export function explainOutput(words: string): string {
  return `Standard output could not be written to the end (${printable(words)}). What was printed is not complete.`;
}

export function notAnAddress(text: string): string {
  return `--supervisor is an IP address such as 192.168.1.50, not '${printable(text)}'.`;
}

export function explainFault(fault: CaptureFault): string {
  return SENTENCES[fault.reason](fault);
}

export function explainWarning(warning: CaptureWarning): string {
  const { subject, reason, offsetBytes, needBytes, haveBytes, detail } = warning;
  const bytes =
    needBytes === undefined || haveBytes === undefined
      ? ''
      : ` (${haveBytes} of ${needBytes} bytes are there)`;
  const what = reason === 'cut-short' ? 'is cut short' : 'is damaged';
  return `'${printable(subject)}' ${what} at byte ${offsetBytes}${bytes}${because(detail)}. Everything before that was read.`;
}

function thereAre(names: readonly string[]): string {
  if (names.length === 0) return '';
  return ` There ${names.length === 1 ? 'is' : 'are'}: ${names.map(printable).join(', ')}.`;
}

function because(detail: string | undefined): string {
  return detail === undefined || detail === '' ? '' : ` (${printable(detail)})`;
}

function looksLike(detail: string | undefined): string {
  return detail === undefined || detail === '' ? '' : `: it is ${printable(detail)}`;
}
