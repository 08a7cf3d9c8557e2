/** How old the last look at the target may be when a write leaves. Pure, but for the clock that it is given. */

/** Somebody's work of these seconds may be written over; a look for each write would cost as much as the writes. */
const AGE_MAX_MS = 5000;
/** Under a limit of a few requests a minute every look would be too old when the next request may leave. */
const DOUBLINGS_MAX = 7;

/** What was prepared is too old: it is looked at again, and sent as the client is then. */
export class StaleLook extends Error {
  override readonly name = 'StaleLook';
  /** An earlier attempt of the same change may have acted. */
  readonly acted: boolean;

  constructor(acted = false) {
    super('The last look at the target is too old.');
    this.acted = acted;
  }
}

export class Freshness {
  /** Milliseconds; only differences count. */
  readonly #clock: () => number;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looksWithoutWrite = 0;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** The target was looked at just now. */
  looked(): void {
    this.#lookedAt = this.#clock();
    this.#looksWithoutWrite += 1;
  }

  /**
   * A write is about to leave.
   *
   * @throws StaleLook
   */
  check(): void {
    const doublings = Math.min(DOUBLINGS_MAX, Math.max(0, this.#looksWithoutWrite - 1));
    if (this.#clock() - this.#lookedAt > AGE_MAX_MS * 2 ** doublings) throw new StaleLook();
    this.#looksWithoutWrite = 0;
  }
}
