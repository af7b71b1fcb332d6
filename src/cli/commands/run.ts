/** `suntap run`: the daemon. Until the log exists, it prints what it reads. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ByteOutput } from '../../base/byte-output.ts';
import { captureFilter } from '../../capture/capture-filter.ts';
import type { LibpcapSourceOptions } from '../../capture/libpcap-source.ts';
import type { CaptureEvent, PacketSource } from '../../capture/packet-source.ts';
import type { TcpdumpOptions } from '../../capture/tcpdump-source.ts';
import { describe } from '../../config/config-error.ts';
import { loadConfig, readConfig } from '../../config/load-config.ts';
import type { Settings } from '../../config/option-definitions.ts';
import { Daemon, type CaptureSettings } from '../../daemon.ts';
import { parseIpAddress } from '../../wire/ip-address.ts';
import { explainFault, explainOutput, notAnAddress } from '../explain.ts';
import { DONE, FAILED, type ExitStatus } from '../exit-status.ts';
import { RecordOutput } from '../record-output.ts';
import { summarize, summaryTable } from '../summary.ts';
import { say } from '../terminal.ts';
import { DEFAULT_CONFIG } from '../default-config.ts';
import type { Invocation, OptionValues } from '../usage.ts';

/** Written in by the build from package.json. */
declare const SUNTAP_VERSION: string;

/** Records remembered per generation: four days of 26 devices; 0.75 MiB each at most. */
const REMEMBERED = 32_768;

export async function run({ options }: Invocation): Promise<ExitStatus> {
  const settings = await loadSettings(options);
  if (settings === undefined) return FAILED;
  if (options.has('config') && !settings.main.enabled) {
    say(`suntap is not enabled in ${String(options.get('config'))}: set option enabled '1'.`);
    return DONE;
  }

  const output = new ByteOutput(process.stdout);
  const wantsRecords = options.get('output') !== 'summary';
  const records = new RecordOutput(REMEMBERED, wantsRecords ? output : undefined);
  const daemon = new Daemon({
    record: (line) => {
      records.take(line);
    },
    settled: () => {
      output.flush();
      if (output.closed) daemon.stop();
    },
  });
  const stop = () => {
    daemon.stop();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => {
    void reload(daemon, options);
  });

  const end = await daemon.run(captureSettings(settings, options), (pipeline) => {
    const summary = summarize(pipeline, records.counts, records.types);
    const text = options.has('json') ? `${JSON.stringify(summary)}\n` : summaryTable(summary);
    if (wantsRecords) process.stderr.write(text);
    else output.text(text);
  });
  await output.finish();
  if (output.fault !== undefined) say(explainOutput(output.fault));
  else if (end.ok) return DONE;
  else say(explainFault(end.fault));
  return FAILED;
}

/** Reads the configuration again; a wrong one changes nothing. */
async function reload(daemon: Daemon, options: OptionValues): Promise<void> {
  const settings = await loadSettings(options);
  if (settings === undefined) {
    say('Going on with the settings as they were.');
    return;
  }
  daemon.change(captureSettings(settings, options));
}

/** The configuration with the options of the command line over it; says what is wrong with either. */
async function loadSettings(options: OptionValues): Promise<Settings | undefined> {
  const given = options.get('config');
  const path = typeof given === 'string' ? given : DEFAULT_CONFIG;
  const isThere = given !== undefined || existsSync(path);
  const result = isThere ? await loadConfig(path) : readConfig(new Uint8Array(0), path);
  if (!result.ok) {
    for (const error of result.errors) say(describe(error));
    return undefined;
  }
  const { main } = result.settings;
  const supervisor = textOf(options, 'supervisor') ?? main.supervisor;
  if (supervisor !== undefined && parseIpAddress(supervisor) === undefined) {
    say(notAnAddress(supervisor));
    return undefined;
  }
  return {
    ...result.settings,
    main: {
      ...main,
      supervisor,
      interface: textOf(options, 'interface') ?? main.interface,
      capture: captureOf(options) ?? main.capture,
    },
  };
}

function captureSettings({ main }: Settings, options: OptionValues): CaptureSettings {
  const supervisor = main.supervisor === undefined ? undefined : parseIpAddress(main.supervisor);
  const common = {
    interface: main.interface,
    filter: captureFilter(supervisor === undefined ? {} : { address: supervisor.bytes }),
    waitForInterface: options.has('wait'),
    report,
  };
  const byLibpcap = main.capture === 'libpcap' || (main.capture === 'auto' && hasAddon());
  return {
    supervisor,
    refuseWrongChecksums: main.refuseWrongChecksums,
    open: () => (byLibpcap ? openLibpcap(common) : openTcpdump(common)),
    announce: () => {
      announce(main, byLibpcap ? 'libpcap' : 'tcpdump');
    },
  };
}

/** Each way of capturing is loaded only where it is used: it costs memory. */
async function openLibpcap(options: LibpcapSourceOptions): Promise<PacketSource> {
  const { LibpcapSource } = await import('../../capture/libpcap-source.ts');
  return new LibpcapSource(options);
}

async function openTcpdump(options: TcpdumpOptions): Promise<PacketSource> {
  const { TcpdumpSource } = await import('../../capture/tcpdump-source.ts');
  return new TcpdumpSource(options);
}

function announce(main: Settings['main'], by: string): void {
  const whom = main.supervisor === undefined ? 'every host' : `the supervisor ${main.supervisor}`;
  const node = `Node ${process.versions.node}`;
  say(`Listening on ${main.interface} to ${whom}, by ${by} (suntap ${SUNTAP_VERSION}, ${node}).`);
}

function report(event: CaptureEvent): void {
  if (event.kind === 'interrupted') say(`Not capturing: ${explainFault(event.fault)}`);
  else say(`Capturing again on ${event.subject}.`);
}

function hasAddon(): boolean {
  return existsSync(fileURLToPath(new URL('cap.node', import.meta.url)));
}

function textOf(options: OptionValues, name: string): string | undefined {
  const value = options.get(name);
  return typeof value === 'string' ? value : undefined;
}

function captureOf(options: OptionValues): Settings['main']['capture'] | undefined {
  const value = options.get('capture');
  return value === 'auto' || value === 'libpcap' || value === 'tcpdump' ? value : undefined;
}
