/** The requests of a supervisor and the answer of a collector, as text. */

import { createHash } from 'node:crypto';
import { utcDigits } from './sky.ts';

export const telemetryPath = '/Data/SMS2DataCollector.aspx';
export const heartbeatPath = '/Command/SMS2DataCollector.aspx';
export const collectorHost = 'collector.sunpowermonitor.com';

/**
 * The body of a request: header (100), the lines given, trailer (102), each ended by CR LF. The
 * trailer's token is a digest of what stands before it, 16 bytes in base64: equal bodies have
 * equal tokens. (How real supervisors make theirs is not known.)
 */
export function requestBody(
  supervisorSerial: string,
  sendTimeSec: number,
  lines: readonly string[],
): string {
  const head = `100\tSPMS\t10\t${supervisorSerial}\t${utcDigits(sendTimeSec)}\r\n`;
  const records = lines.map((line) => `${line}\r\n`).join('');
  const token = createHash('md5').update(head).update(records).digest('base64');
  return `${head}${records}102\t${token}\r\n`;
}

/** The record lines of a request's body: all but its header and trailer, without CR LF. */
export function recordLines(body: string): string[] {
  return body.split('\r\n').filter((line) => line !== '' && !/^10[02]\t/.test(line));
}

/** The collector's answer: type 1002 and its clock, which acknowledges nothing by itself. */
export function answerBody(timeSec: number): string {
  return `1002\t${utcDigits(timeSec)}\r\n`;
}
