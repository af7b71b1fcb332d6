import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaptureFaultReason } from '../../src/capture/packet-source.ts';
import { explainFault, explainWarning } from '../../src/cli/explain.ts';

/** What each sentence must name: the thing, or what to do. */
const REASONS: Record<CaptureFaultReason, string[]> = {
  'file-missing': ['SUBJECT'],
  'file-unreadable': ['SUBJECT', 'DETAIL'],
  'not-a-capture': ['SUBJECT', 'DETAIL', 'pcapng'],
  'unsupported-capture': ['SUBJECT', 'DETAIL', 'editcap'],
  'no-such-interface': ['SUBJECT', 'eth0, br-lan'],
  'interface-down': ['SUBJECT', 'ip link set SUBJECT up'],
  'no-permission': ['SUBJECT', 'CAP_NET_RAW'],
  'bad-filter': ['SUBJECT', 'DETAIL'],
  'addon-missing': ['cap.node', 'tcpdump'],
  'addon-failed': ['cap.node', 'DETAIL'],
  'tcpdump-missing': ['opkg install', 'apt-get install'],
  'tcpdump-failed': ['SUBJECT', 'DETAIL'],
};

function assertSentence(sentence: string): void {
  assert.match(sentence, /^[A-Z'a-z].*[.?]$/, sentence);
  // One line, nothing that steers a terminal, nothing left open, no stack trace.
  assert.doesNotMatch(sentence, /[\x00-\x1f\x7f-\x9f]|undefined|null|NaN|\(\)|: \.| at .*:\d+:\d+/);
}

for (const [reason, names] of Object.entries(REASONS) as [CaptureFaultReason, string[]][]) {
  test(`fault ${reason}: one sentence that names what it is about`, () => {
    const sentence = explainFault({
      layer: 'capture',
      reason,
      subject: 'SUBJECT',
      detail: 'DETAIL',
      alternatives: ['eth0', 'br-lan'],
    });
    assertSentence(sentence);
    for (const name of names) assert.ok(sentence.includes(name), `${sentence} names ${name}`);
  });

  test(`fault ${reason}: with nothing known but the reason`, () => {
    assertSentence(explainFault({ layer: 'capture', reason, subject: 'x' }));
    assertSentence(
      explainFault({ layer: 'capture', reason, subject: 'x', detail: '', alternatives: [] }),
    );
  });

  test(`fault ${reason}: what comes from outside cannot steer the terminal`, () => {
    const nasty = '\x1b[2J\n\r\x07Error: x\n    at main (file.js:1:2)';
    const fault = { layer: 'capture' as const, reason, subject: nasty, detail: nasty };
    const sentence = explainFault(fault);
    assert.doesNotMatch(sentence, /[\x00-\x1f\x7f-\x9f]/);
    assert.ok(sentence.length < 600);
  });
}

test('one interface, several interfaces', () => {
  const fault = { layer: 'capture', reason: 'no-such-interface', subject: 'et0' } as const;
  assert.match(explainFault({ ...fault, alternatives: ['eth0'] }), /There is: eth0\.$/);
  assert.match(explainFault({ ...fault, alternatives: ['eth0', 'lo'] }), /There are: eth0, lo\.$/);
});

const WARNINGS = [
  { reason: 'cut-short', offsetBytes: 1234, needBytes: 60, haveBytes: 20 },
  { reason: 'cut-short', offsetBytes: 1234 },
  { reason: 'damaged', offsetBytes: 0, detail: 'a block of 3 bytes' },
] as const;

for (const warning of WARNINGS) {
  test(`warning: ${JSON.stringify(warning)}`, () => {
    const sentence = explainWarning({ layer: 'capture', subject: 'a.pcap', ...warning });
    assertSentence(sentence);
    assert.ok(sentence.includes('a.pcap') && sentence.includes(`byte ${warning.offsetBytes}`));
    if ('needBytes' in warning) assert.ok(sentence.includes('20 of 60'));
    if ('detail' in warning) assert.ok(sentence.includes(warning.detail));
  });
}
