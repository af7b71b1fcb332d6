/** The pieces that bytes can come in. Whatever reads a stream must not care. */

export interface Piece {
  /** Holds the piece, with other bytes before and behind it. */
  data: Uint8Array;
  start: number;
  end: number;
}

export interface Cutting {
  name: string;
  pieces: Piece[];
}

/** What stands around a piece: looks like what a reader is after, and must not be read. */
const AROUND = Buffer.from('\n7\r\n');

/** `bytes` whole, byte by byte, and cut in two at every offset. */
export function* everyCutting(bytes: Uint8Array): Generator<Cutting> {
  yield { name: 'whole', pieces: [pieceOf(bytes)] };
  yield { name: 'byte by byte', pieces: Array.from(bytes, (byte) => pieceOf(Uint8Array.of(byte))) };
  for (let at = 0; at <= bytes.length; at++) {
    yield {
      name: `cut at ${at}`,
      pieces: [pieceOf(bytes.subarray(0, at)), pieceOf(bytes.subarray(at))],
    };
  }
}

export function pieceOf(bytes: Uint8Array): Piece {
  const data = Uint8Array.from([...AROUND, ...bytes, ...AROUND]);
  return { data, start: AROUND.length, end: AROUND.length + bytes.length };
}
