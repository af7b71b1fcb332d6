/** What libpcap's messages mean; it gives tcpdump and the addon nothing else to go by. */
import type { CaptureFaultReason } from './packet-source.ts';

const MEANINGS: readonly [words: RegExp, reason: CaptureFaultReason][] = [
  [/permission|not permitted/i, 'no-permission'],
  [/no such device|doesn't exist|disappeared|no such interface/i, 'no-such-interface'],
  [/not up\b|went down|network is down/i, 'interface-down'],
  [
    /syntax error|filter expression|unknown (host|network|port|protocol)|illegal|no \S+ support/i,
    'bad-filter',
  ],
];

/** Undefined when the words are none of the known ones. */
export function reasonOfWords(words: string): CaptureFaultReason | undefined {
  return MEANINGS.find(([pattern]) => pattern.test(words))?.[1];
}
