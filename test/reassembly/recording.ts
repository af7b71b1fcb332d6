/** Keeps what the reassembler hands on, as text. */
import assert from 'node:assert/strict';
import type { ConversationSink, StreamSink } from '../../src/reassembly/stream-sink.ts';

/**
 * What happened, in order:
 * - `> "abc"` and `< "abc"`: bytes of the side that was heard first, and of the other; what comes in
 *   several calls one behind the other is one event;
 * - `> gap 5`, `> gap ?`;
 * - `> end`, and `closed both` or `closed one` for how many sides were heard.
 *
 * All of the second connection begin with `2`, as in `2> "abc"`.
 */
export class Recording {
  readonly events: string[] = [];
  readonly conversations: RecordedConversation[] = [];
  #joining: { mark: string; text: string } | undefined;

  open(): RecordedConversation {
    const number = this.conversations.length + 1;
    const conversation = new RecordedConversation(this, number === 1 ? '' : `${number}`);
    this.conversations.push(conversation);
    return conversation;
  }

  bytes(mark: string, text: string): void {
    if (this.#joining?.mark !== mark) {
      this.#joining = { mark, text: '' };
      this.events.push('');
    }
    this.#joining.text += text;
    this.events[this.events.length - 1] = `${mark} "${this.#joining.text}"`;
  }

  event(text: string): void {
    this.#joining = undefined;
    this.events.push(text);
  }

  /** Everything that was opened was also ended and closed. */
  assertOver(): void {
    for (const conversation of this.conversations) conversation.assertOver();
  }
}

export class RecordedConversation implements ConversationSink {
  readonly forward: RecordedStream;
  readonly backward: RecordedStream;
  proven = false;
  heldBytes = 0;
  #closed = false;
  readonly #recording: Recording;
  readonly #mark: string;

  constructor(recording: Recording, mark: string) {
    this.#recording = recording;
    this.#mark = mark;
    this.forward = new RecordedStream(recording, `${mark}>`);
    this.backward = new RecordedStream(recording, `${mark}<`);
  }

  closed(bothHeard: boolean): void {
    assert.ok(!this.#closed, `${this.#mark} closed once`);
    assert.ok(this.forward.ended && this.backward.ended, 'closed last');
    this.#closed = true;
    this.#recording.event(`${this.#mark}closed ${bothHeard ? 'both' : 'one'}`);
  }

  assertOver(): void {
    assert.ok(this.#closed, `connection ${this.#mark || '1'} closed`);
  }
}

export class RecordedStream implements StreamSink {
  ended = false;
  /** All bytes, with a `null` for each gap. */
  readonly pieces: (Buffer | { gapBytes: number | undefined })[] = [];
  readonly #recording: Recording;
  readonly #mark: string;

  constructor(recording: Recording, mark: string) {
    this.#recording = recording;
    this.#mark = mark;
  }

  bytes(data: Uint8Array, start: number, end: number): void {
    assert.ok(!this.ended, `${this.#mark} bytes after its end`);
    assert.ok(end > start, 'never nothing');
    const bytes = Buffer.from(data.subarray(start, end));
    this.pieces.push(bytes);
    this.#recording.bytes(this.#mark, bytes.toString('latin1'));
  }

  gap(gapBytes: number | undefined): void {
    assert.ok(!this.ended, `${this.#mark} a gap after its end`);
    assert.ok(gapBytes === undefined || gapBytes > 0);
    this.pieces.push({ gapBytes });
    this.#recording.event(`${this.#mark} gap ${gapBytes ?? '?'}`);
  }

  end(): void {
    assert.ok(!this.ended, `${this.#mark} ends once`);
    this.ended = true;
    this.#recording.event(`${this.#mark} end`);
  }
}
