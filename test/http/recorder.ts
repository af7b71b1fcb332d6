/** A stage behind HTTP that writes down all it is told. */
import assert from 'node:assert/strict';
import type {
  BodySink,
  Doubt,
  Exchange,
  ExchangeHandler,
  RequestHead,
} from '../../src/http/message.ts';

/**
 * Reads POSTs whose target begins with `/Data`; leaves others. Events:
 *
 *     request POST /Data     request GET / left
 *     body "abc"             of a request; what comes in several pieces is one event
 *     body gap
 *     body end               body end early (before the announced end)
 *     sent                   the request is over
 *     answer 200             then `answer body "..."` and so on
 *     unanswered
 *     stray "abc"            stray "abc" (start doubtful)
 *
 * From the second request on, they are told apart by a number: `2 body "abc"`.
 */
export class Recorder implements ExchangeHandler {
  readonly events: string[] = [];
  #requests = 0;
  #joining: { mark: string; text: string } | undefined;

  request({ method, target }: RequestHead): Exchange | undefined {
    const isRead = method === 'POST' && target.startsWith('/Data');
    this.event(`request ${method} ${target}${isRead ? '' : ' left'}`);
    if (!isRead) return undefined;
    this.#requests++;
    const mark = this.#requests === 1 ? '' : `${this.#requests} `;
    return {
      requestBody: () => new RecordedBody(this, `${mark}body`),
      answerBody: () => new RecordedBody(this, `${mark}answer body`),
      sent: () => {
        this.event(`${mark}sent`);
      },
      answered: (status) => {
        this.event(`${mark}answer ${status}`);
      },
      unanswered: () => {
        this.event(`${mark}unanswered`);
      },
    };
  }

  strayLine(data: Uint8Array, start: number, end: number, doubt: Doubt): boolean {
    const text = Buffer.from(data.subarray(start, end)).toString('latin1');
    this.event(`stray ${quoted(text)}${doubt === 'none' ? '' : ` (${doubt} doubtful)`}`);
    return text.startsWith('1');
  }

  event(text: string): void {
    this.#joining = undefined;
    this.events.push(text);
  }

  bytes(mark: string, text: string): void {
    if (this.#joining?.mark !== mark) {
      this.#joining = { mark, text: '' };
      this.events.push('');
    }
    this.#joining.text += text;
    this.events[this.events.length - 1] = `${mark} ${quoted(this.#joining.text)}`;
  }
}

class RecordedBody implements BodySink {
  readonly heldBytes = 0;
  readonly #recorder: Recorder;
  readonly #mark: string;
  #ended = false;

  constructor(recorder: Recorder, mark: string) {
    this.#recorder = recorder;
    this.#mark = mark;
  }

  bytes(data: Uint8Array, start: number, end: number): void {
    assert.ok(!this.#ended && end > start);
    this.#recorder.bytes(this.#mark, Buffer.from(data.subarray(start, end)).toString('latin1'));
  }

  gap(): void {
    assert.ok(!this.#ended);
    this.#recorder.event(`${this.#mark} gap`);
  }

  end(reached: boolean): void {
    assert.ok(!this.#ended, 'ends once');
    this.#ended = true;
    this.#recorder.event(`${this.#mark} end${reached ? '' : ' early'}`);
  }
}

/** As written in the cases: line ends, TABs and other bytes as escapes; many equal ones as `{n x}`. */
function quoted(text: string): string {
  const escaped = text.replace(
    /[^\x20-\x7e]/g,
    (char) =>
      ({ '\r': '\\r', '\n': '\\n', '\t': '\\t' })[char] ??
      `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${escaped.replace(/(.)\1{29,}/g, (run, what: string) => `{${run.length} ${what}}`)}"`;
}
