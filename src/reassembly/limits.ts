/**
 * Every limit of this stage in one place: its default, what happens when it is reached, and which
 * counter says so. README shows this table; a test holds the two together.
 */
export interface ReassemblyLimits {
  /** SYNs remembered until their stream brings its first byte; a power of two. Full: a newer one takes
   * the place of an older one, whose stream then begins as if its SYN had not been captured
   * (`midstream`). */
  handshakes: number;
  /** Connections that carried something, remembered at once. Full: the least recently heard of those that never carried
   * telemetry is forgotten, then of the others (`connectionsEvicted`). */
  connections: number;
  /** Bytes of one direction held back behind missing ones, overhead included. Full: the oldest
   * missing range is given up (`gaps`). */
  heldBytesPerDirection: number;
  /** Separate runs of held bytes of one direction. Full: as above. */
  heldRunsPerDirection: number;
  /** Bytes held back in all, fragments not counted. Full: as for `connections`. */
  heldBytesTotal: number;
  /** How far from the expected sequence number a segment may lie. Beyond: it is taken for another
   * connection on the same ports, or dropped (`segmentsStray`). */
  windowBytes: number;
  /** How long a missing range is waited for that the receiver has acknowledged: it can only be out
   * of order in the capture. Over: given up (`gaps`). */
  acknowledgedGapWaitMs: number;
  /** How long one is waited for that nobody has acknowledged: the sender may yet repeat it. */
  gapWaitMs: number;
  /** A connection of which nothing was heard for so long is forgotten (`connectionsIdle`). */
  idleMs: number;
  /** The same after both sides have closed, or one has reset, the connection, and nothing of it is
   * missing; where something is, the waits above come first. */
  closedMs: number;
  /** IP datagrams of which fragments are held. Full: the oldest is given up
   * (`datagramsIncomplete`). */
  datagrams: number;
  /** Fragment bytes held in all, overhead included. Full: as above. */
  fragmentBytesTotal: number;
  /** Separate runs of bytes of one datagram. Full: further ones are dropped (`fragmentsDropped`). */
  fragmentRuns: number;
  /** How long the rest of a datagram is waited for. Over: what is there is passed on with holes.
   * Shorter than `acknowledgedGapWaitMs`, so that the stream can still take it in. */
  datagramWaitMs: number;
}

export const DEFAULT_REASSEMBLY_LIMITS: Readonly<ReassemblyLimits> = {
  handshakes: 4096,
  connections: 256,
  heldBytesPerDirection: 256 * 1024,
  heldRunsPerDirection: 256,
  heldBytesTotal: 2 * 1024 * 1024,
  windowBytes: 1024 * 1024,
  acknowledgedGapWaitMs: 10_000,
  gapWaitMs: 120_000,
  idleMs: 30 * 60_000,
  closedMs: 20_000,
  datagrams: 64,
  fragmentBytesTotal: 512 * 1024,
  fragmentRuns: 128,
  datagramWaitMs: 5_000,
};

/**
 * For files, where nobody waits for a record: packets that stand in the wrong place of a capture may
 * have moved over a pause of five minutes into the next request. What is lost for good comes out later,
 * and no more memory is used.
 */
export const FILE_REASSEMBLY_LIMITS: Readonly<ReassemblyLimits> = {
  ...DEFAULT_REASSEMBLY_LIMITS,
  acknowledgedGapWaitMs: 3_600_000,
  gapWaitMs: 3_600_000,
  idleMs: 4 * 3_600_000,
  datagramWaitMs: 30_000,
};
