import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classOf } from '../../src/scrub/character-class.ts';
import { KeyedBytes } from '../../src/scrub/keyed-bytes.ts';
import { NameMatcher } from '../../src/scrub/name-matcher.ts';
import { Pseudonyms } from '../../src/scrub/names.ts';
import { forSeeds } from '../base/seeds.ts';

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function pseudonyms(serials: readonly string[], key = 'key', addresses: string[] = []): Pseudonyms {
  return new Pseudonyms(new KeyedBytes(key), new Set(serials), addresses);
}

function pseudonymOf(names: Pseudonyms, serial: string): string {
  const bytes = latin1(`>${serial}<`);
  names.serial(bytes, 1, bytes.length - 1);
  assert.equal(textOf(bytes.subarray(0, 1)) + textOf(bytes.subarray(-1)), '><', 'stays in bounds');
  return textOf(bytes.subarray(1, -1));
}

describe('pseudonyms of serials', () => {
  const kept: [serial: string, form: RegExp][] = [
    ['TACLC1009999', /^TACLC\d{7}$/],
    ['PVS5M500001p', /^PVS5M\d{6}p$/],
    ['PVS5M500001c', /^PVS5M\d{6}c$/],
    ['414051600000001', /^\d{15}$/],
    ['100005TACLC', /^\d{6}[A-Z]{5}$/],
    ['SMITHS1234', /^[A-Z]{6}\d{4}$/],
    ['ABC123', /^[A-Z]{3}\d{3}$/],
    ['up', /^[a-z]{2}$/],
    ['12-34/ab C', /^\d\d-\d\d\/[a-z]{2} [A-Z]$/],
    ['\xe9t\xe9', /^[a-z]{3}$/],
    ['7', /^\d$/],
  ];
  for (const [serial, form] of kept) {
    test(`${JSON.stringify(serial)} keeps its form`, () => {
      const names = pseudonyms([serial]);
      const pseudonym = pseudonymOf(names, serial);
      assert.match(pseudonym, form);
      assert.notEqual(pseudonym, serial);
      assert.equal(pseudonymOf(names, serial), pseudonym);
    });
  }

  test('a family name in front of digits does not stay', () => {
    assert.doesNotMatch(pseudonymOf(pseudonyms(['SMITHS1234']), 'SMITHS1234'), /SMITHS/);
  });

  test('the beginning of a serial behind what is kept never stays', () => {
    for (let key = 0; key < 50; key++) {
      assert.doesNotMatch(
        pseudonymOf(pseudonyms(['TACLC1009999'], `${key}`), 'TACLC1009999'),
        /C1/,
      );
    }
  });

  test('the two meters of one box still look like that', () => {
    const names = pseudonyms(['PVS5M500001p', 'PVS5M500001c']);
    const [production, grid] = ['PVS5M500001p', 'PVS5M500001c'].map((s) => pseudonymOf(names, s));
    assert.equal(production?.slice(0, -1), grid?.slice(0, -1));
  });

  test('another key gives another pseudonym, the same key the same', () => {
    const under = (key: string) =>
      pseudonymOf(pseudonyms(['414051600000001'], key), '414051600000001');
    assert.notEqual(under('one'), under('other'));
    assert.equal(under('one'), under('one'));
  });

  test('pseudonyms do not depend on the order in which serials come', () => {
    const serials = ['11', '12', '13', '21', '99'];
    const [forth, back] = [pseudonyms(serials), pseudonyms([...serials].reverse())];
    for (const serial of serials)
      assert.equal(pseudonymOf(back, serial), pseudonymOf(forth, serial));
  });

  test('no two serials get the same pseudonym, however short they are', () => {
    const crowds = [
      Array.from({ length: 10 }, (_, digit) => `${digit}`),
      Array.from({ length: 1000 }, (_, number) => `${number}`.padStart(3, '0')),
      ['a', 'b', 'c', 'A', 'B', '0', '1', ''],
      Array.from({ length: 100 }, (_, number) => `PVS5M00${`${number}`.padStart(2, '0')}p`),
    ];
    for (const serials of crowds) {
      const names = pseudonyms(serials);
      const all = new Set(serials.map((serial) => pseudonymOf(names, serial)));
      assert.equal(all.size, serials.length);
    }
  });

  test('random serials: same classes, all different, none of the originals', () => {
    forSeeds(20, (random) => {
      const make = () => {
        const characters = random.pick(['0123456789', '0123456789abcdefABCDEF', 'abcXYZ0189-_. ']);
        return Array.from({ length: random.int(6, 40) }, () =>
          characters.charAt(random.int(0, characters.length - 1)),
        ).join('');
      };
      const serials = [...new Set(Array.from({ length: 60 }, make))];
      const names = pseudonyms(serials, `${random.seed}`);
      const all = serials.map((serial) => pseudonymOf(names, serial));
      assert.equal(new Set([...all, ...serials]).size, 2 * serials.length);
      serials.forEach((serial, index) => {
        const classes = (text: string) => [...latin1(text)].map(classOf);
        assert.deepEqual(classes(all[index] ?? ''), classes(serial));
      });
    });
  });
});

describe('tokens', () => {
  const tokenOf = (names: Pseudonyms, token: string): string => {
    const bytes = latin1(token);
    names.token(bytes, 0, bytes.length);
    return textOf(bytes);
  };

  test('equal ones stay equal, others different, base64 stays base64', () => {
    const names = pseudonyms([]);
    const token = 'c2FtcGxlLWRpZ2VzdC0xNg==';
    assert.match(tokenOf(names, token), /^[A-Za-z0-9]{22}==$/);
    assert.notEqual(tokenOf(names, token), token);
    assert.equal(tokenOf(names, token), tokenOf(names, token));
    assert.notEqual(tokenOf(names, token), tokenOf(names, token.replace('c2', 'd2')));
  });
});

describe('mentions in text', () => {
  const SERIALS = ['1000051', '100005TACLC', '414051600000001', '12345', '123456'];
  /** What is replaced is shown as `#`. */
  const cases: [text: string, expected: string][] = [
    ['1000051', '#'],
    ['see 1000051, please', 'see #, please'],
    ['1000051 1000051', '# #'],
    ['1000051/100005TACLC', '#/#'],
    ['1000051.', '#.'],
    // A part of a longer number or word is no mention of a short serial ...
    ['91000051', '91000051'],
    ['1000051x', '1000051x'],
    ['1000051.25', '1000051.25'],
    ['0.1000051', '0.1000051'],
    ['12345', '12345'],
    ['123456', '#'],
    // ... but a long one is found anywhere.
    ['SN414051600000001x', 'SN#x'],
    ['x100005TACLCx', 'x#x'],
    ['41405160000000', '41405160000000'],
    ['192.168.1.50:80', '#:80'],
    ['', ''],
  ];
  for (const [text, expected] of cases) {
    test(JSON.stringify(text), () => {
      const bytes = latin1(`|${text}|`);
      let shown = '';
      let from = 1;
      new NameMatcher([...SERIALS, '192.168.1.50']).scan(
        bytes,
        1,
        bytes.length - 1,
        (start, end) => {
          shown += `${textOf(bytes.subarray(from, start))}#`;
          from = end;
        },
      );
      assert.equal(shown + textOf(bytes.subarray(from, -1)), expected);
    });
  }

  test('a mention gets the pseudonym of its serial, an address another number', () => {
    const names = pseudonyms(SERIALS, 'key', ['192.168.1.50']);
    const bytes = latin1('of 1000051 at 192.168.1.50');
    names.text(bytes, 0, bytes.length);
    const [, serial, address] = /^of (\d+) at (\d+\.\d+\.\d\.\d+)$/.exec(textOf(bytes)) ?? [];
    assert.equal(serial, pseudonymOf(names, '1000051'));
    assert.ok(address !== undefined && address !== '192.168.1.50');
  });
});
