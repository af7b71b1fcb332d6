/**
 * Words of a UCI file, taken the way libuci takes them: commands are lines, but a quote or a
 * backslash before a line end lets a command run on into the next line.
 *
 * Works on one character a byte (Latin-1), so that positions are byte offsets and values that are
 * not UTF-8 survive. Time and memory are linear in the file, whose size the caller bounds.
 */

export interface UciWord {
  /** Quotes and backslashes removed; one character a byte. Empty when there is no word. */
  text: string;
  /** Where it begins. */
  at: number;
}

/** A quote that is never closed. */
export interface OpenQuote {
  quote: "'" | '"';
  at: number;
}

export interface UciKeyword {
  text: string;
  at: number;
  /** Nothing follows it, not even a blank or a line end. */
  endsFile: boolean;
}

export class UciScanner {
  readonly #text: string;
  #at = 0;
  /** End of the lines taken so far; words are looked for before it. */
  #end = 0;
  #countedAt = 0;
  #countedLine = 1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Goes to the next line, past the blanks it begins with. False at the end of the file. */
  nextLine(): boolean {
    if (this.#end >= this.#text.length) return false;
    this.#at = this.#end;
    this.#takeLine(this.#at);
    this.#skipBlanks();
    return true;
  }

  /**
   * The first word of the next command of this line; undefined when there is none. Keywords are
   * never quoted and are ended by space and tab only: a line end is part of one.
   */
  keyword(): UciKeyword | undefined {
    while (this.#at < this.#end && isSpaceOrTab(this.#text[this.#at])) this.#at++;
    if (this.#at >= this.#end || this.#text[this.#at] === '#') return undefined;
    const start = this.#at;
    while (this.#at < this.#end && !isSpaceOrTab(this.#text[this.#at])) this.#at++;
    const text = this.#text.slice(start, this.#at);
    const endsFile = this.#at >= this.#text.length;
    this.#at = Math.min(this.#at + 1, this.#end);
    return { text, at: start, endsFile };
  }

  /** The next word of the command; empty at its end, which a `;` marks too. */
  word(): UciWord | OpenQuote {
    this.#skipBlanks();
    const start = this.#at;
    if (this.#text[start] === ';' && start < this.#end) {
      this.#at++;
      return { text: '', at: start };
    }
    let text = '';
    // Whether all of it stood in the file as it is: libuci cuts words out in place, and only a
    // word that has not moved takes the `;` behind it along.
    let plain = true;
    while (this.#at < this.#end) {
      const character = this.#text[this.#at] ?? '';
      if (character === "'" || character === '"') {
        const opened = this.#at;
        const piece = character === "'" ? this.#singleQuoted() : this.#doubleQuoted();
        if (piece === undefined) return { quote: character, at: opened };
        text += piece;
        plain = false;
      } else if (character === '\\') {
        text += this.#escaped();
        plain = false;
      } else if (character === '#') {
        this.#at = this.#end;
      } else if (character === ';') {
        if (plain) this.#at = this.#end;
        break;
      } else if (isBlank(character)) {
        this.#at++;
        break;
      } else {
        text += character;
        this.#at++;
      }
    }
    return { text, at: start };
  }

  /** The line of an offset, from 1. Cheap as long as offsets come in rising order. */
  lineAt(offset: number): number {
    if (offset < this.#countedAt) {
      this.#countedAt = 0;
      this.#countedLine = 1;
    }
    for (; this.#countedAt < offset; this.#countedAt++) {
      if (this.#text[this.#countedAt] === '\n') this.#countedLine++;
    }
    return this.#countedLine;
  }

  #skipBlanks(): void {
    while (this.#at < this.#end && isBlank(this.#text[this.#at])) this.#at++;
  }

  /** Makes the line that `offset` lies in the last one taken. */
  #takeLine(offset: number): void {
    const lineEnd = this.#text.indexOf('\n', offset);
    this.#end = lineEnd < 0 ? this.#text.length : lineEnd + 1;
  }

  #singleQuoted(): string | undefined {
    const closing = this.#text.indexOf("'", this.#at + 1);
    if (closing < 0) return undefined;
    const piece = this.#text.slice(this.#at + 1, closing);
    this.#at = closing + 1;
    if (closing >= this.#end) this.#takeLine(closing);
    return piece;
  }

  #doubleQuoted(): string | undefined {
    let piece = '';
    this.#at++;
    while (this.#at < this.#text.length) {
      if (this.#at >= this.#end) this.#takeLine(this.#at);
      const character = this.#text[this.#at] ?? '';
      if (character === '"') {
        this.#at++;
        return piece;
      }
      if (character === '\\') {
        piece += this.#escaped();
      } else {
        piece += character;
        this.#at++;
      }
    }
    return undefined;
  }

  /**
   * What the backslash here and the character after it stand for: that character, or nothing when
   * they join two lines or end the file.
   */
  #escaped(): string {
    const next = this.#at + 1;
    const lineEndBytes = this.#text.startsWith('\r\n', next)
      ? 2
      : this.#text[next] === '\n'
        ? 1
        : 0;
    if (lineEndBytes > 0) {
      this.#at = next + lineEndBytes;
      if (this.#at < this.#text.length) this.#takeLine(this.#at);
      return '';
    }
    this.#at = Math.min(next + 1, this.#text.length);
    return this.#text[next] ?? '';
  }
}

function isSpaceOrTab(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

/** `isspace` of the C locale. */
function isBlank(character: string | undefined): boolean {
  if (character === undefined) return false;
  return character === ' ' || (character >= '\t' && character <= '\r');
}
