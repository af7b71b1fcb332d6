/** `suntap run`: the daemon. What it reads goes into the log, and is printed if that is asked for. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { ByteOutput } from '../../base/byte-output.ts';
import { captureFilter } from '../../capture/capture-filter.ts';
import type { LibpcapSourceOptions } from '../../capture/libpcap-source.ts';
import type { CaptureEvent, PacketSource } from '../../capture/packet-source.ts';
import type { TcpdumpOptions } from '../../capture/tcpdump-source.ts';
import type { Settings } from '../../config/option-definitions.ts';
import { Daemon, type CaptureSettings } from '../../daemon.ts';
import { writeRecordJson } from '../../record/record-json.ts';
import { parseIpAddress } from '../../wire/ip-address.ts';
import { explainFault, explainOutput } from '../explain.ts';
import { defaultStatusFile } from '../default-status-file.ts';
import { DONE, FAILED, type ExitStatus } from '../exit-status.ts';
import { overLogSettings, readSettings } from '../log-settings.ts';
import { supervisorOf, textOf } from '../option-values.ts';
import { RecordOutput } from '../record-output.ts';
import { RunLog } from '../run-log.ts';
import { RunSite } from '../run-site.ts';
import { siteOptions, type SiteOptions } from '../site-settings.ts';
import { summarize, summaryTable } from '../summary.ts';
import { say } from '../terminal.ts';
import type { Invocation, OptionValues } from '../usage.ts';

/** The capture begins first; then the log is read. */
const SITE_AFTER_MS = 400;

/** Written in by the build from package.json. */
declare const SUNTAP_VERSION: string;

export async function run({ options }: Invocation): Promise<ExitStatus> {
  const settings = await loadSettings(options);
  if (settings === undefined) return FAILED;
  if (options.has('config') && !settings.main.enabled) {
    say(`suntap is not enabled in ${String(options.get('config'))}: set option enabled '1'.`);
    return DONE;
  }

  const output = new ByteOutput(process.stdout);
  const kind = options.get('output') ?? 'records';
  const configuredSite = siteOptions(settings.site);
  if (configuredSite === undefined) return FAILED;
  let site = configuredSite;
  const log = RunLog.open(settings.log, site.calendar, (rows) => {
    if (kind === 'durable') {
      for (const row of rows) writeRecordJson(row, output);
      output.flush();
    }
    running?.committed();
  });
  if (log === undefined) return FAILED;
  const records = new RecordOutput(
    (line) => {
      const novelty = log.take(line);
      if (novelty !== 'repeat') running?.take(line);
      return novelty;
    },
    kind === 'records' ? output : undefined,
  );
  const daemon = new Daemon({
    record: (line) => {
      records.take(line);
    },
    settled: () => {
      running?.settle();
      output.flush();
      if (output.closed) daemon.stop();
    },
  });
  const watch = (changed: Settings, of: SiteOptions): RunSite =>
    new RunSite({
      settings: changed,
      site: of,
      statusFile: textOf(options, 'status-file') ?? defaultStatusFile(),
      logFault: () => log.fault,
      summary: () => daemon.pipeline && summarize(daemon.pipeline, records.counts, records.types),
    });
  let running: RunSite | undefined = watch(settings, site);
  const starting = setTimeout(() => running?.start(), SITE_AFTER_MS);
  const stop = () => {
    daemon.stop();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  let current = settings;
  const reload = async () => {
    const changed = await loadSettings(options);
    const changedSite = changed && siteOptions(changed.site);
    if (changed === undefined || changedSite === undefined) {
      say('Going on with the settings as they were.');
      return;
    }
    if (isDeepStrictEqual(changed, current)) return;
    const before = current;
    current = changed;
    if (!isDeepStrictEqual(changed.site, before.site)) site = changedSite;
    log.change(changed.log, site.calendar);
    running?.close();
    running = watch(changed, site);
    running.start();
    // What passes while a capture is opened anew is not seen.
    if (isDeepStrictEqual(changed.main, before.main)) return;
    daemon.change(captureSettings(changed, options));
  };
  process.on('SIGHUP', () => {
    void reload();
  });

  const end = await daemon.run(captureSettings(settings, options), (pipeline) => {
    const summary = summarize(pipeline, records.counts, records.types);
    const text = options.has('json') ? `${JSON.stringify(summary)}\n` : summaryTable(summary);
    if (kind === 'summary') output.text(text);
    else process.stderr.write(text);
  });
  clearTimeout(starting);
  running.close();
  running = undefined;
  const isKept = log.close();
  await output.finish();
  if (output.fault !== undefined) say(explainOutput(output.fault));
  else if (!end.ok) say(explainFault(end.fault));
  else if (isKept) return DONE;
  return FAILED;
}

/** The configuration with the options of the command line over it; says what is wrong with either. */
async function loadSettings(options: OptionValues): Promise<Settings | undefined> {
  const settings = await readSettings(options);
  const given = supervisorOf(options);
  if (settings === undefined || !given.ok) return undefined;
  const log = overLogSettings(settings.log, options, 'log-size');
  if (log === undefined) return undefined;
  const { main } = settings;
  return {
    ...settings,
    log,
    main: {
      ...main,
      supervisor: textOf(options, 'supervisor') ?? main.supervisor,
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

function captureOf(options: OptionValues): Settings['main']['capture'] | undefined {
  const value = options.get('capture');
  return value === 'auto' || value === 'libpcap' || value === 'tcpdump' ? value : undefined;
}
