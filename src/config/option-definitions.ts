/**
 * Every option there is. The parser, the check, the default file and the table of the README come
 * from here; a test fails when one of them differs.
 */
import { GIB, MIB } from '../base/quantity.ts';

interface OptionBase {
  /** One sentence for the owner, without blanks at the ends. */
  doc: string;
  /** A value to show as an example where there is no default. */
  example?: string;
  /** The value must not appear in errors, logs or status. */
  secret?: boolean;
  /** The owner is expected to set it: the default file has it ready, not commented out. */
  asked?: boolean;
}

/** 1 on true yes enabled, or 0 off false no disabled, as OpenWrt's `config_get_bool` has it. */
export interface BoolOption extends OptionBase {
  kind: 'bool';
  default: boolean;
}

/** The IPv4 or IPv6 address of one host; undefined when not set. */
export interface AddressOption extends OptionBase {
  kind: 'address';
  example: string;
}

/** A name that Linux takes for a network device. */
export interface DeviceOption extends OptionBase {
  kind: 'device';
  default: string;
}

export interface ChoiceOption extends OptionBase {
  kind: 'choice';
  choices: readonly string[];
  /** One of `choices`. */
  default: string;
}

/** The absolute path of a directory, without a slash at its end. */
export interface DirectoryOption extends OptionBase {
  kind: 'directory';
  default: string;
}

/** Bytes, written with or without K, M, G; from `min` to `max`. */
export interface SizeOption extends OptionBase {
  kind: 'size';
  default: number;
  min: number;
  max: number;
}

/** Whole seconds, written with or without s, m, h; from `min` to `max`. */
export interface SecondsOption extends OptionBase {
  kind: 'seconds';
  default: number;
  min: number;
  max: number;
}

/** Whole per cent, written with or without the sign; from `min` to `max`. */
export interface PercentOption extends OptionBase {
  kind: 'percent';
  default: number;
  min: number;
  max: number;
}

/** The name of a time zone, or a POSIX rule; undefined when not set: that of the system. */
export interface ZoneOption extends OptionBase {
  kind: 'zone';
  example: string;
}

export type AmountOption = SizeOption | SecondsOption | PercentOption;

export type OptionDefinition =
  | BoolOption
  | AddressOption
  | DeviceOption
  | ChoiceOption
  | DirectoryOption
  | ZoneOption
  | AmountOption;

/** A section occurs once: under the name it has in the table, or unnamed. */
export interface SectionDefinition {
  type: string;
  /** One sentence for the owner. */
  doc: string;
  /** By UCI name. */
  options: Readonly<Record<string, OptionDefinition>>;
}

/** By section name. */
export const SECTIONS = {
  main: {
    type: 'suntap',
    doc: 'The daemon and what it listens to.',
    options: {
      enabled: {
        kind: 'bool',
        default: false,
        asked: true,
        doc: 'Whether suntap is started with the router.',
      },
      supervisor: {
        kind: 'address',
        example: '192.168.1.50',
        asked: true,
        doc: 'Address of the supervisor on the LAN, IPv4 or IPv6; without it every host that is seen is read.',
      },
      interface: {
        kind: 'device',
        default: 'suntap0',
        doc: 'Network device to listen on.',
      },
      capture: {
        kind: 'choice',
        choices: ['auto', 'libpcap', 'tcpdump'],
        default: 'auto',
        doc: 'How packets are captured: libpcap in the process, tcpdump as a program beside it, or auto for libpcap where its addon is installed and else tcpdump.',
      },
      refuse_wrong_checksums: {
        kind: 'bool',
        default: false,
        doc: 'Whether TCP segments with a wrong checksum are left out; offloading makes wrong ones normal.',
      },
    },
  },
  log: {
    type: 'log',
    doc: 'The log: every record, on flash.',
    options: {
      directory: {
        kind: 'directory',
        default: '/srv/suntap',
        doc: 'Directory of the log, on a file system that survives a restart; each record is kept there.',
      },
      size_limit: {
        kind: 'size',
        default: 8 * MIB,
        min: MIB / 4,
        max: 1024 * GIB,
        doc: 'Most that the log may take; at this size the oldest records go, and the day totals stay.',
      },
      free_floor: {
        kind: 'size',
        default: MIB,
        min: 0,
        max: 1024 * GIB,
        doc: 'So much of the file system is left free; older records go first.',
      },
      commit_interval: {
        kind: 'seconds',
        default: 60,
        min: 1,
        max: 86_400,
        doc: 'Seconds within which a record is on flash; longer means fewer writes and more lost in a power cut.',
      },
    },
  },
  site: {
    type: 'site',
    doc: 'What the records of the site mean.',
    options: {
      zone: {
        kind: 'zone',
        example: 'Europe/Berlin',
        doc: 'Time zone of the site, in which its days begin; without it that of the router.',
      },
      production: {
        kind: 'choice',
        choices: ['auto', 'inverters', 'meter'],
        default: 'auto',
        doc: 'What counts as production: the inverters together, the production meter, or auto for the inverters where there are any.',
      },
      grid_meter: {
        kind: 'choice',
        choices: ['auto', 'import', 'export', 'load'],
        default: 'auto',
        doc: 'What makes the counter of the grid meter rise: import, export, or (load) whatever the house takes; auto finds it out.',
      },
    },
  },
  health: {
    type: 'health',
    doc: 'When suntap says that something is wrong with the site.',
    options: {
      silent_after: {
        kind: 'seconds',
        default: 3600,
        min: 600,
        max: 86_400,
        doc: 'Seconds for which the supervisor, or an inverter in daylight while others report, may be silent.',
      },
      weak_share: {
        kind: 'percent',
        default: 70,
        min: 1,
        max: 99,
        doc: 'An inverter is weak when it makes less than this share of what its siblings do, each in proportion to its own best day.',
      },
    },
  },
} as const satisfies Readonly<Record<string, SectionDefinition>>;

type Sections = typeof SECTIONS;

type ValueOf<Option> = Option extends { kind: 'bool' }
  ? boolean
  : Option extends { kind: 'choice'; choices: readonly (infer Choice)[] }
    ? Choice
    : Option extends { kind: AmountOption['kind'] }
      ? number
      : Option extends { default: string }
        ? string
        : string | undefined;

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Rest}`
  ? `${Head}${Capitalize<CamelCase<Rest>>}`
  : Name;

type SectionSettings<Options> = {
  readonly [Name in keyof Options & string as CamelCase<Name>]: ValueOf<Options[Name]>;
};

/** What the program runs by: every option with a valid value or its default. Frozen. */
export type Settings = {
  readonly [Name in keyof Sections]: SectionSettings<Sections[Name]['options']>;
};

export function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
