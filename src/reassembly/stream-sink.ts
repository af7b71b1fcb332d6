/** What the reassembly gives to the stage behind it. */

/** Takes the bytes of one direction of one connection, in order. */
export interface StreamSink {
  /** In-order bytes `data[start..end)`, valid only during the call. */
  bytes(data: Uint8Array, start: number, end: number): void;
  /** Bytes are missing here. `undefined`: nobody knows how many (the capture began later). */
  gap(gapBytes: number | undefined): void;
  /** Nothing follows. Called once, last. */
  end(): void;
}

/** Both directions of one connection. Made when its first byte arrives. */
export interface ConversationSink {
  /** What the side named first in the connection sends. */
  readonly forward: StreamSink;
  readonly backward: StreamSink;
  /** Telemetry was seen here: when room is needed, others are forgotten first. */
  readonly proven: boolean;
  /** Bytes of unfinished lines it keeps for both directions; counted with the held ones. */
  readonly heldBytes: number;
  /**
   * Both directions have ended. Called once, last.
   * @param bothHeard packets of either side were captured
   */
  closed(bothHeard: boolean): void;
}
