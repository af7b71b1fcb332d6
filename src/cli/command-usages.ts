/** The command line of every command, apart from the commands: help and errors need nothing else. */
import { DEFAULT_CONFIG } from './default-config.ts';
import { STATUS_FILE } from './default-status-file.ts';
import type { CliOption, CommandUsage } from './usage.ts';

const CONFIG_FILE: CliOption = {
  name: 'config',
  value: 'FILE',
  doc: `UCI, or JSON when it ends in .json (default: ${DEFAULT_CONFIG}, where it exists)`,
};
const LOG_DIRECTORY: CliOption = {
  name: 'log',
  value: 'DIR',
  doc: 'directory of the log (default: the configured one)',
};

const STATUS_FILE_OPTION: CliOption = {
  name: 'status-file',
  value: 'FILE',
  doc: `the daemon's status file (default: ${STATUS_FILE})`,
};

export const RUN: CommandUsage = {
  name: 'run',
  minOperands: 0,
  maxOperands: 0,
  doc:
    'Reads the traffic of an interface until it is told to end, and prints each record once. ' +
    'SIGTERM ends it, SIGHUP reads the configuration again. Options given here outweigh the configuration.',
  options: [
    CONFIG_FILE,
    { name: 'supervisor', value: 'IP', doc: 'address of the supervisor' },
    { name: 'interface', value: 'NAME', doc: 'network device to listen on' },
    {
      name: 'capture',
      value: 'HOW',
      choices: ['auto', 'libpcap', 'tcpdump'],
      doc: 'how packets are captured (auto: libpcap where cap.node is beside suntap.js)',
    },
    LOG_DIRECTORY,
    {
      name: 'log-size',
      value: 'N',
      doc: 'most that the log may take: bytes, or with K, M, G (default: the configured size)',
    },
    {
      name: 'commit-interval',
      value: 'SEC',
      doc: 'seconds within which a record is on flash (default: the configured interval)',
    },
    { name: 'wait', doc: 'wait for an interface that is not there or down, instead of ending' },
    {
      name: 'output',
      value: 'KIND',
      choices: ['records', 'durable', 'summary', 'none'],
      doc:
        'records (default): one JSON object a line; durable: the same, each once it is on flash; ' +
        'summary: only the counts, at the end; none: nothing',
    },
    { name: 'json', doc: 'the summary as JSON' },
    STATUS_FILE_OPTION,
  ],
};

export const STATUS: CommandUsage = {
  name: 'status',
  minOperands: 0,
  maxOperands: 0,
  doc:
    'Shows what the running daemon knows: the site now and today, each device, what is wrong, and what it has read. ' +
    'Exit status 1 when it is not running.',
  options: [STATUS_FILE_OPTION, { name: 'json', doc: 'as JSON' }],
};

export const REPLAY: CommandUsage = {
  name: 'replay',
  operands: 'FILE|-',
  minOperands: 1,
  maxOperands: 1,
  doc:
    'Prints the records in a capture (pcap or pcapng, plain or gzipped) or in a text log. ' +
    "'-' reads standard input as it grows. Each record is printed once: of the latest 250 000 at least, equal repeats are dropped.",
  options: [
    { name: 'supervisor', value: 'IP', doc: 'read only packets from or to this address' },
    {
      name: 'output',
      value: 'KIND',
      choices: ['records', 'readings', 'summary'],
      doc:
        'records (default): one JSON object a line; summary: only the counts; ' +
        'readings: what they mean, by time, once all have been read',
    },
    {
      name: 'format',
      value: 'KIND',
      choices: ['jsonl', 'csv'],
      doc: "of readings, as 'suntap export' prints them (default: jsonl)",
    },
    { name: 'json', doc: 'the summary as JSON' },
    CONFIG_FILE,
    {
      name: 'refuse-wrong-checksums',
      doc: 'do not read TCP segments with a wrong checksum (default: accept and count them)',
    },
  ],
};

export const SCRUB: CommandUsage = {
  name: 'scrub',
  operands: 'IN OUT',
  minOperands: 2,
  maxOperands: 2,
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
  minOperands: 2,
  maxOperands: 2,
  doc:
    'Checks a configuration, or prints it as the JSON that the daemon reads. ' +
    'FILE is UCI, or JSON when it ends in .json. Rendered settings contain passwords.',
  options: [],
};

export const EXPORT: CommandUsage = {
  name: 'export',
  minOperands: 0,
  maxOperands: 0,
  doc:
    'Prints what is in the log: the records, and what they mean, by time. ' +
    'T is a day (2026-05-09: the midnight that it begins with, UTC), a time (2026-05-09T12:00, UTC unless a zone such as +02:00 follows) or a time as the supervisor sends it (20260509120000). ' +
    "What is damaged is told and left out; 'suntap log verify' is the check.",
  options: [
    LOG_DIRECTORY,
    CONFIG_FILE,
    { name: 'from', value: 'T', doc: 'no records before this time' },
    { name: 'to', value: 'T', doc: 'no records after this time' },
    { name: 'device', value: 'S', doc: 'only records of the device with this serial' },
    {
      name: 'type',
      value: 'N',
      doc: 'only records of this type, such as 130, with their fields by name in csv, and no readings',
    },
    {
      name: 'format',
      value: 'KIND',
      choices: ['csv', 'jsonl', 'records'],
      doc:
        'jsonl (default): one JSON object a line, for each record with what it means and for each interval of the site; ' +
        'csv: the readings as a table; records: the lines as they were sent, in the order in which they came',
    },
    {
      name: 'totals',
      doc: 'instead of records the day totals: the last lifetime counter of each device and day',
    },
  ],
};

export const IMPORT: CommandUsage = {
  name: 'import',
  operands: 'FILE...',
  minOperands: 1,
  maxOperands: Infinity,
  doc:
    'Puts the records in captures, text logs and exports (jsonl, records) into the log. ' +
    'Records that are there already are left as they are, so the same file may be imported again.',
  options: [
    LOG_DIRECTORY,
    CONFIG_FILE,
    {
      name: 'size-limit',
      value: 'N',
      doc: 'most that the log may take: bytes, or with K, M, G (default: the configured size)',
    },
    { name: 'supervisor', value: 'IP', doc: 'read only packets from or to this address' },
    { name: 'json', doc: 'the summary as JSON' },
  ],
};

export const LOG: CommandUsage = {
  name: 'log',
  operands: 'info|verify',
  minOperands: 1,
  maxOperands: 1,
  doc:
    'Says what is in the log, or reads all of it and every checksum. ' +
    'Exit status of verify: 2 when something is wrong.',
  options: [LOG_DIRECTORY, CONFIG_FILE, { name: 'json', doc: 'as JSON' }],
};
