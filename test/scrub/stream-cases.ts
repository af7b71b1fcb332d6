/**
 * Streams and what is left of them. TAB is written `|`, a line end is CR LF where the lines of a
 * case are joined. In what comes out, `#` stands for a serial's pseudonym and `$` for a token's.
 */

export interface StreamCase {
  name: string;
  /** Bytes in order; a number is a gap of so many bytes, undefined one of unknown length. */
  sent: (string | number | undefined)[];
  /** What is passed on, piece by piece; gaps as `~`. */
  expected: string;
}

export const HEAD = 'POST /Data/SMS2DataCollector.aspx HTTP/1.1\r\n';
const RECORD_120 = '120|20240612190000|TACLC1009999|0|0|0|4|12|518400|0.27|8180|4568\r\n';
const SCRUBBED_120 = '120|20240612190000|############|0|0|0|4|12|518400|0.27|8180|4568\r\n';
const RECORD_777 = '777|20240612190000|414051600000001|up at 414051600000001||x\r\n';
const SCRUBBED_777 = '777|20240612190000|###############|up at ###############||x\r\n';

const bodyOf = (...lines: string[]): string => lines.join('');
const request = (body: string): string => `${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`;
const chunk = (data: string): string => `${data.length.toString(16)}\r\n${data}\r\n`;
const chunkedHead = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
const answer = (body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const BODY = bodyOf(
  '100|SPMS|10|TACLC1009999|20240612190003\r\n',
  RECORD_120,
  RECORD_777,
  '102|c2FtcGxlLWRpZ2VzdC0xNg==\r\n',
);
const SCRUBBED_BODY = bodyOf(
  '100|SPMS|10|############|20240612190003\r\n',
  SCRUBBED_120,
  SCRUBBED_777,
  '102|$$$$$$$$$$$$$$$$$$$$$$$$\r\n',
);

/** A body in chunks of so many bytes, with the body's characters where they were. */
function chunks(body: string, bytes: number): string {
  let text = '';
  for (let at = 0; at < body.length; at += bytes) text += chunk(body.slice(at, at + bytes));
  return `${text}0\r\n\r\n`;
}

export const STREAM_CASES: StreamCase[] = [
  { name: 'a request', sent: [request(BODY)], expected: request(SCRUBBED_BODY) },
  {
    name: 'requests one behind the other',
    sent: [request(BODY) + request(RECORD_120)],
    expected: request(SCRUBBED_BODY) + request(SCRUBBED_120),
  },
  {
    name: 'a last line without its end, and another request right behind it',
    sent: [request(RECORD_777.trimEnd()) + request(RECORD_120)],
    expected: request(SCRUBBED_777.trimEnd()) + request(SCRUBBED_120),
  },
  ...[1, 2, 3, 7, 19, 64, 1000].map((bytes) => ({
    name: `chunks of ${bytes}`,
    sent: [chunkedHead + chunks(BODY, bytes) + request(RECORD_120)],
    expected: chunkedHead + chunks(SCRUBBED_BODY, bytes) + request(SCRUBBED_120),
  })),
  {
    name: 'chunk extensions and trailers',
    sent: [
      `${chunkedHead}3;who=me 7\r\n102\r\n00 last\r\nX-Owner: me\r\n\r\n${request(RECORD_120)}`,
    ],
    expected: `${chunkedHead}3;xxxxxxx0\r\n000\r\n00 xxxx\r\nX-Owner: xx\r\n\r\n${request(SCRUBBED_120)}`,
  },
  {
    name: 'what is no record',
    sent: [
      request(
        bodyOf(
          'hello TACLC1009999\r\n',
          '130|yesterday|1913009999|x\r\n',
          '130|20240612190000||x\r\n',
          '1002|20240612190000\r\n',
          '100|SPMS|10\r\n',
          '\r\n',
        ),
      ),
    ],
    expected: request(
      bodyOf(
        'xxxxxxxxxxx0000000\r\n',
        '000|xxxxxxxxx|0000000000|x\r\n',
        '000|00000000000000||x\r\n',
        '0000|00000000000000\r\n',
        '100|xxxx|00\r\n',
        '\r\n',
      ),
    ),
  },
  {
    name: 'a header with more in it',
    sent: [request('100|My own house|10|TACLC1009999|20240612190003|40.1,-3.7\r\n')],
    expected: request('100|xxxxxxxxxxxx|10|############|20240612190003|00x0xx0x0\r\n'),
  },
  {
    name: 'a serial of bytes beyond ASCII, and in numbers that are not numbers',
    sent: [request('130|20240612190000|\xe9\xff9|m|4|1.5|414051600000001|no 414051600000001\r\n')],
    expected: request('130|20240612190000|###|m|4|1.5|414051600000001|no ###############\r\n'),
  },
  {
    name: 'a line longer than a line may be',
    sent: [request(`777|20240612190000|414051600000001|${'a'.repeat(9000)}\r\n${RECORD_120}`)],
    expected: request(`000|00000000000000|000000000000000|${'x'.repeat(9000)}\r\n${SCRUBBED_120}`),
  },
  {
    name: 'headers',
    sent: [
      bodyOf(
        `${HEAD}Host: collector.sunpowermonitor.com:80\r\n`,
        'HOST: 204.194.111.66\r\n',
        'Cookie: id=7f3a\r\n',
        'User-Agent: PVS5/1.9\r\n',
        'Content-Type: text/plain; charset=utf-8\r\n',
        'Content-Type: text/plain; owner=me\r\n',
        'Date: Thu, 13 Jun 2024 08:00:00 GMT\r\n',
        'Date: at home\r\n',
        'Connection: keep-alive\r\n',
        'Expect: 100-continue\r\n',
        'X_9: y\r\n',
        'no colon 1\r\n',
        'Content-Length: 0\r\n\r\n',
      ),
    ],
    expected: bodyOf(
      `${HEAD}Host: collector.sunpowermonitor.com:80\r\n`,
      'HOST: 000x000x000x00\r\n',
      'Cookie: xxx0x0x\r\n',
      'User-Agent: xxx0x0x0\r\n',
      'Content-Type: text/plain; charset=utf-8\r\n',
      'Content-Type: xxxxxxxxxxxxxxxxxxxx\r\n',
      'Date: Thu, 13 Jun 2024 08:00:00 GMT\r\n',
      'Date: xxxxxxx\r\n',
      'Connection: keep-alive\r\n',
      'Expect: 100-continue\r\n',
      'xx0xxx\r\n',
      'xxxxxxxxx0\r\n',
      'Content-Length: 0\r\n\r\n',
    ),
  },
  {
    name: 'framing that is written oddly stays framing',
    sent: [`${HEAD}Transfer-Encoding: My-Own,chunked\r\n\r\n${chunks(RECORD_120, 30)}`],
    expected: `${HEAD}Transfer-Encoding: xxxxxx,chunked\r\n\r\n${chunks(SCRUBBED_120, 30)}`,
  },
  {
    name: 'a length that is none stays none',
    sent: [`${HEAD}Content-Length: 5, 5\r\n\r\n${RECORD_120}`],
    expected: `${HEAD}Content-Length: 0xx0\r\n\r\n${SCRUBBED_120}`,
  },
  {
    name: 'targets',
    sent: [
      bodyOf(
        'GET http://192.168.1.9/Command/SMS2DataCollector.aspx?unit=1 HTTP/1.1\r\n\r\n',
        'POST http://192.168.1.9/Command/SMS2DataCollector.aspx?unit=1 HTTP/1.1\r\n\r\n',
        'GET /firmware/42?unit=TACLC1009999 HTTP/1.1\r\n\r\n',
        'SMITH /x HTTP/1.0\r\n\r\n',
      ),
    ],
    expected: bodyOf(
      'GET http://000x000x0x0/Command/SMS2DataCollector.aspx?xxxxx0 HTTP/1.1\r\n\r\n',
      'POST http://000x000x0x0/Command/SMS2DataCollector.aspx?xxxxx0 HTTP/1.1\r\n\r\n',
      'GET /xxxxxxxx/00xxxxxxxxxxx0000000 HTTP/1.1\r\n\r\n',
      'XXXXX /x HTTP/1.0\r\n\r\n',
    ),
  },
  {
    name: 'a body that is none of ours',
    sent: [
      `${HEAD.replace('Data', 'Photos')}Content-Length: 15\r\n\r\n1|\xff\x00\r\nTACLC1009${request(RECORD_120)}`,
    ],
    expected: `${HEAD.replace('Data', 'xxxxxx').replace('SMS2DataCollector.aspx', 'xxx0xxxxxxxxxxxxxxxxxx')}Content-Length: 15\r\n\r\n0|xx\r\nxxxxx0000${request(SCRUBBED_120)}`,
  },
  {
    name: 'answers',
    sent: [answer('1002|20240612190004\r\n') + answer('no such thing\r\n')],
    expected: answer('0000|00000000000000\r\n') + answer('xxxxxxxxxxxxx\r\n'),
  },
  {
    name: 'reasons',
    sent: [
      'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 ask Bob\r\nContent-Length: 0\r\n\r\n',
    ],
    expected:
      'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 xxxxxxx\r\nContent-Length: 0\r\n\r\n',
  },
  {
    name: 'begun before the capture',
    sent: [
      undefined,
      '0.27|8180|4568\r\n',
      RECORD_120,
      RECORD_777,
      '102|c2FtcGxlLWRpZ2VzdC0xNg==\r\n',
    ],
    expected: `~0x00|0000|0000\r\n${SCRUBBED_120}${SCRUBBED_777}102|$$$$$$$$$$$$$$$$$$$$$$$$\r\n`,
  },
  {
    name: 'begun before the capture: a line that looks whole',
    sent: [undefined, RECORD_120 + RECORD_777],
    expected: `~000|00000000000000|xxxxx0000000|0|0|0|0|00|000000|0x00|0000|0000\r\n${SCRUBBED_777}`,
  },
  {
    name: 'begun before the capture: answers, headers, other lines',
    sent: [
      undefined,
      'x\r\n1002|20240612190004|me\r\n100|SPMS|10|TACLC1009999|2024\r\n100|SPMS|10|TACLC1\r\nyou and me\r\n',
    ],
    expected:
      '~x\r\n1002|20240612190004|xx\r\n100|SPMS|10|############|0000\r\n100|xxxx|00|xxxxx0\r\nxxxxxxxxxx\r\n',
  },
  {
    name: 'begun before the capture, in the middle of chunks',
    sent: [
      undefined,
      `x\r\n130|20240612190000|1913\r\n1a;q\r\n009999|x\r\n83911690\r\n0\r\n\r\n${request(RECORD_120)}`,
    ],
    expected: `~x\r\n130|20240612190000|####\r\n00;x\r\n000000|x\r\n00000000\r\n0\r\n\r\n${request(SCRUBBED_120)}`,
  },
  {
    name: 'begun before the capture, in the middle of a size',
    sent: [undefined, `83911690\r\n${RECORD_120}`],
    expected: `~00000000\r\n${SCRUBBED_120}`,
  },
  {
    name: 'a start line behind something else',
    sent: [undefined, `TACLC1009999 and me${request(RECORD_120)}`],
    expected: `~xxxxx0000000xxxxxxx${request(SCRUBBED_120)}`,
  },
  {
    name: 'a gap in a body',
    sent: [
      request(BODY).slice(0, request(BODY).indexOf('051600000001|up')),
      '051600000001|up at 414051600000001||'.length,
      request(BODY).slice(request(BODY).indexOf('|x\r\n102') + 1) + request(RECORD_120),
    ],
    expected: bodyOf(
      `${HEAD}Content-Length: ${BODY.length}\r\n\r\n`,
      '100|SPMS|10|############|20240612190003\r\n',
      SCRUBBED_120,
      '000|00000000000000|000~x\r\n',
      '102|$$$$$$$$$$$$$$$$$$$$$$$$\r\n',
      request(SCRUBBED_120),
    ),
  },
  {
    name: 'a gap in a body up to the beginning of a line',
    sent: [
      `${HEAD}Content-Length: ${2 * RECORD_777.length + 20}\r\n\r\n`,
      20,
      RECORD_777 + RECORD_777,
    ],
    expected: bodyOf(
      `${HEAD}Content-Length: ${2 * RECORD_777.length + 20}\r\n\r\n~`,
      '000|00000000000000|000000000000000|xxxxxx000000000000000||x\r\n',
      SCRUBBED_777,
    ),
  },
  {
    name: 'a gap in a head',
    sent: [`${HEAD}Content-Type: my/own\r\nContent-Le`, 9, `th: 7\r\n\r\n${RECORD_120}`],
    expected: `${HEAD}Content-Type: xxxxxx\r\nxxxxxxxxxx~xxxx0\r\n\r\n${SCRUBBED_120}`.replace(
      '~xxx0',
      '~xxxx0',
    ),
  },
  {
    name: 'a gap behind the end of a body',
    sent: [request(RECORD_120), 300, `19\r\n${RECORD_777}`],
    expected: `${request(SCRUBBED_120)}~00\r\n${SCRUBBED_777}`,
  },
  {
    name: 'cut short in a line of a body',
    sent: [request(BODY).slice(0, request(BODY).indexOf('051600000001|up'))],
    expected: bodyOf(
      `${HEAD}Content-Length: ${BODY.length}\r\n\r\n`,
      '100|SPMS|10|############|20240612190003\r\n',
      `${SCRUBBED_120}000|00000000000000|000`,
    ),
  },
  {
    name: 'cut short in a head',
    sent: [`${HEAD}Host: 192.168.1`],
    expected: `${HEAD}xxxxxx000x000x0`,
  },
  {
    name: 'no HTTP at all',
    sent: ['\x16\x03\x01\x02\x00\x01\x00\xfc Bob@example.org\r\n\r\nTACLC1009999'],
    expected: 'xxxxxxxxxxxxxxxxxxxxxxxx\r\n\r\nxxxxx0000000',
  },
  {
    name: 'an answer that ends with its connection',
    sent: ['HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n1002|20240612190004\r\nBob'],
    expected: 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n1002|20240612190004\r\nxxx',
  },
  {
    name: 'a line without end where framing is lost',
    sent: [undefined, `x\r\n${'Bob 12 '.repeat(2000)}\r\n${RECORD_120}`],
    expected: `~x\r\n${'xxxx00x'.repeat(2000)}\r\n${SCRUBBED_120}`,
  },
];
