/** The command line of every command, apart from the commands: help and errors need nothing else. */
import { DEFAULT_CONFIG } from './default-config.ts';
import type { CommandUsage } from './usage.ts';

export const RUN: CommandUsage = {
  name: 'run',
  operandCount: 0,
  doc:
    'Reads the traffic of an interface until it is told to end, and prints each record once. ' +
    'SIGTERM ends it, SIGHUP reads the configuration again. Options given here outweigh the configuration.',
  options: [
    {
      name: 'config',
      value: 'FILE',
      doc: `UCI, or JSON when it ends in .json (default: ${DEFAULT_CONFIG}, where it exists)`,
    },
    { name: 'supervisor', value: 'IP', doc: 'address of the supervisor' },
    { name: 'interface', value: 'NAME', doc: 'network device to listen on' },
    {
      name: 'capture',
      value: 'HOW',
      choices: ['auto', 'libpcap', 'tcpdump'],
      doc: 'how packets are captured (auto: libpcap where cap.node is beside suntap.js)',
    },
    { name: 'wait', doc: 'wait for an interface that is not there or down, instead of ending' },
    {
      name: 'output',
      value: 'KIND',
      choices: ['records', 'summary'],
      doc: 'records (default): one JSON object a line; summary: only the counts, at the end',
    },
    { name: 'json', doc: 'the summary as JSON' },
  ],
};

export const REPLAY: CommandUsage = {
  name: 'replay',
  operands: 'FILE|-',
  operandCount: 1,
  doc:
    'Prints the records in a capture (pcap or pcapng, plain or gzipped) or in a text log. ' +
    "'-' reads standard input as it grows. Each record is printed once: of the latest 250 000 at least, equal repeats are dropped.",
  options: [
    { name: 'supervisor', value: 'IP', doc: 'read only packets from or to this address' },
    {
      name: 'output',
      value: 'KIND',
      choices: ['records', 'summary'],
      doc: 'records (default): one JSON object a line; summary: only the counts',
    },
    { name: 'json', doc: 'the summary as JSON' },
    {
      name: 'refuse-wrong-checksums',
      doc: 'do not read TCP segments with a wrong checksum (default: accept and count them)',
    },
  ],
};

export const SCRUB: CommandUsage = {
  name: 'scrub',
  operands: 'IN OUT',
  operandCount: 2,
  doc:
    'Makes a capture that can be sent to others out of one that cannot. ' +
    'The packets that carry telemetry are kept, with serials, addresses and tokens replaced, each always by the same; ' +
    'what suntap does not understand is masked, and everything else is left out. ' +
    'IN is a capture file (pcap or pcapng, plain or gzipped), OUT a new pcap file.',
  options: [
    { name: 'supervisor', value: 'IP', doc: 'read only packets from or to this address' },
    {
      name: 'key',
      value: 'TEXT',
      doc: 'the same key gives the same replacements in another run (default: a random key); keep it to yourself',
    },
    { name: 'force', doc: 'replace OUT if it exists' },
  ],
};

export const CONFIG: CommandUsage = {
  name: 'config',
  operands: 'check|render FILE',
  operandCount: 2,
  doc:
    'Checks a configuration, or prints it as the JSON that the daemon reads. ' +
    'FILE is UCI, or JSON when it ends in .json. Rendered settings contain passwords.',
  options: [],
};
