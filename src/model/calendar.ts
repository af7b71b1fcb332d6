/** Days as the model needs them: (startSec, endSec], from one local midnight to the next. */
export interface Calendar {
  readonly dayStart: (timeSec: number) => number;
  readonly dayEnd: (timeSec: number) => number;
  /** YYYY-MM-DD. */
  readonly dayName: (timeSec: number) => string;
}
