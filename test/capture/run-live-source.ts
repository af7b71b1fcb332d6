/**
 * Runs a live source in a process of its own: KIND INTERFACE WAIT [exit|abort]. Prints how it ended as
 * JSON; with `exit` the process leaves after two seconds without ending the source, with `abort` the
 * source is ended and the process left to end by itself.
 */
import { LibpcapSource } from '../../src/capture/libpcap-source.ts';
import { TcpdumpSource } from '../../src/capture/tcpdump-source.ts';
import { addonPath } from './addon-path.ts';
import { CollectingSink } from './collecting-sink.ts';

const [kind, interfaceName = '', wait, after] = process.argv.slice(2);
const options = {
  interface: interfaceName,
  waitForInterface: wait === 'true',
  report: () => undefined,
  ...(addonPath === undefined ? {} : { addonPath }),
};
const source = kind === 'libpcap' ? new LibpcapSource(options) : new TcpdumpSource(options);
const stop = new AbortController();
if (after === 'exit') setTimeout(() => process.exit(0), 2000);
if (after === 'abort')
  setTimeout(() => {
    stop.abort();
  }, 1000);
const end = await source.run(new CollectingSink(), stop.signal);
process.stdout.write(`${JSON.stringify(end)}\n`);
