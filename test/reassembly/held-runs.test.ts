import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeldRuns } from '../../src/reassembly/held-runs.ts';
import { forSeeds } from '../base/seeds.ts';
import type { Random } from '../tools/random.ts';

const SPACE_BYTES = 64;

/** One cell for each byte: what stands there, and whether it may be replaced. */
class Model {
  readonly #cells = new Array<{ byte: number; doubtful: boolean } | undefined>(SPACE_BYTES);

  /** Returns how many of the bytes found their place taken. */
  insert(offset: number, bytes: Uint8Array, doubtful: boolean): number {
    let taken = 0;
    bytes.forEach((byte, index) => {
      const present = this.#cells[offset + index];
      const givesWay = present?.doubtful === true && !doubtful;
      if (present !== undefined && !givesWay) taken++;
      else this.#cells[offset + index] = { byte, doubtful };
    });
    return taken;
  }

  dropBelow(offset: number): void {
    this.#cells.fill(undefined, 0, offset);
  }

  /** Byte by byte: `12` trusted, `12?` doubtful, `.` nothing. */
  toString(): string {
    return Array.from(this.#cells, (cell) =>
      cell === undefined ? '.' : `${cell.byte}${cell.doubtful ? '?' : ''}`,
    ).join(' ');
  }
}

function cellsOf(held: HeldRuns): string {
  const cells = new Array<string>(SPACE_BYTES).fill('.');
  for (const { offset, bytes, doubtful } of held.runs) {
    bytes.forEach((byte, index) => {
      assert.equal(cells[offset + index], '.', 'runs never overlap');
      cells[offset + index] = `${byte}${doubtful ? '?' : ''}`;
    });
  }
  return cells.join(' ');
}

function assertSound(held: HeldRuns): void {
  let end = -Infinity;
  let bytes = 0;
  for (const run of held.runs) {
    assert.ok(run.offset >= end, 'sorted and disjoint');
    assert.ok(run.bytes.length > 0, 'none is empty');
    end = run.offset + run.bytes.length;
    bytes += run.bytes.length;
  }
  assert.equal(held.count, held.runs.length);
  assert.equal(held.first, held.runs[0]);
  assert.ok(held.heldBytes >= bytes, 'what is counted covers the bytes');
  assert.equal(held.heldBytes === 0, held.count === 0);
}

/** Puts bytes in out of a buffer that is used again. */
function insert(held: HeldRuns, offset: number, bytes: Uint8Array, doubtful: boolean): number {
  const reused = Buffer.from([0xee, ...bytes, 0xee]);
  const repeated = held.insert(offset, reused, 1, 1 + bytes.length, doubtful, 0);
  reused.fill(0xdd);
  return repeated;
}

function randomStep(held: HeldRuns, model: Model, random: Random): void {
  const kind = random.int(0, 9);
  if (kind === 0) {
    const offset = random.int(0, SPACE_BYTES);
    held.dropBelow(offset);
    model.dropBelow(offset);
    return;
  }
  if (kind === 1) {
    const run = held.shift();
    if (run !== undefined) model.dropBelow(run.offset + run.bytes.length);
    return;
  }
  const offset = random.int(0, SPACE_BYTES - 1);
  const bytes = random.bytes(random.int(1, Math.min(20, SPACE_BYTES - offset)));
  const doubtful = random.chance(0.3);
  assert.equal(insert(held, offset, bytes, doubtful), model.insert(offset, bytes, doubtful));
}

test('random insertions and removals against an array with one cell a byte', () => {
  forSeeds(3000, (random) => {
    const held = new HeldRuns();
    const model = new Model();
    for (let step = 0; step < 30; step++) {
      randomStep(held, model, random);
      assert.equal(cellsOf(held), model.toString());
      assertSound(held);
    }
    while (held.shift() !== undefined) assertSound(held);
    assert.equal(held.heldBytes, 0);
  });
});

const bytesOf = (text: string) => Buffer.from(text);
const textOf = (held: HeldRuns) =>
  held.runs.map((run) => `${run.offset}:${Buffer.from(run.bytes).toString()}`).join(' ');

test('the first arrival wins', () => {
  const held = new HeldRuns();
  insert(held, 10, bytesOf('abc'), false);
  assert.equal(insert(held, 8, bytesOf('1234567'), false), 3);
  assert.equal(joined(held), '8:12abc67');
});

test('a doubtful run gives way to a trusted one, not to another doubtful one', () => {
  const held = new HeldRuns();
  insert(held, 10, bytesOf('abcd'), true);
  assert.equal(insert(held, 9, bytesOf('123'), true), 2);
  assert.equal(joined(held), '9:1abcd');
  assert.equal(insert(held, 11, bytesOf('XY'), false), 0);
  assert.equal(joined(held), '9:1aXYd');
});

test('what falls off below an offset is cut within a run', () => {
  const held = new HeldRuns();
  insert(held, 10, bytesOf('abc'), false);
  insert(held, 20, bytesOf('def'), false);
  held.dropBelow(11);
  assert.equal(textOf(held), '11:bc 20:def');
  held.dropBelow(23);
  assert.equal(held.count, 0);
  assert.equal(held.heldBytes, 0);
});

test('clear leaves nothing', () => {
  const held = new HeldRuns();
  insert(held, 10, bytesOf('abc'), false);
  held.clear();
  assert.equal(held.heldBytes, 0);
  assert.equal(held.first, undefined);
});

/** Runs that touch, written as one. */
function joined(held: HeldRuns): string {
  let text = '';
  let end = NaN;
  for (const { offset, bytes } of held.runs) {
    text += offset === end ? '' : `${text === '' ? '' : ' '}${offset}:`;
    text += Buffer.from(bytes).toString();
    end = offset + bytes.length;
  }
  return text;
}
