/** Text for a terminal, or for a file when standard output is none. */

export interface TerminalOptions {
  /** True where the last line can be written over and colours show. */
  isTerminal: boolean;
  colour: boolean;
  columns: number;
  write: (text: string) => void;
}

export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow';
const codes: Record<Colour, number> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

const escape = '\u001b[';

export class Terminal {
  readonly #options: TerminalOptions;
  #hasLiveLine = false;

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  /** Standard output; colour only on a terminal, and not where NO_COLOR asks for none. */
  static standard(): Terminal {
    const isTerminal = process.stdout.isTTY;
    const noColour = process.env['NO_COLOR'] ?? '';
    return new Terminal({
      isTerminal,
      colour: isTerminal && noColour === '' && process.env['TERM'] !== 'dumb',
      // A terminal that does not know its width says 0.
      columns: (isTerminal && process.stdout.columns) || 80,
      write: (text) => process.stdout.write(text),
    });
  }

  paint(text: string, colour: Colour): string {
    return this.#options.colour ? `${escape}${codes[colour]}m${text}${escape}0m` : text;
  }

  /** A line that stays. */
  line(text = '', colour?: Colour): void {
    this.#eraseLiveLine();
    this.#options.write(`${colour === undefined ? text : this.paint(text, colour)}\n`);
  }

  /** A line that the next one takes the place of; on anything but a terminal it is left out. */
  liveLine(text: string): void {
    if (!this.#options.isTerminal) return;
    this.#eraseLiveLine();
    // One that wraps could not be erased.
    this.#options.write(text.slice(0, Math.max(20, this.#options.columns - 1)));
    this.#hasLiveLine = true;
  }

  heading(title: string, text?: string): void {
    this.line();
    this.line(title, 'bold');
    if (text !== undefined) this.line(text, 'dim');
  }

  #eraseLiveLine(): void {
    if (!this.#hasLiveLine) return;
    this.#options.write(`\r${escape}K`);
    this.#hasLiveLine = false;
  }
}

/** Columns that line up: the first to the left, the others to the right. Rows may be short. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return index === 0 ? cell.padEnd(width) : cell.padStart(width + 3);
      })
      .join('')
      .trimEnd(),
  );
}

/** Digits in groups of three. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}
