import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi, { type KoffiFunc } from 'koffi';
import type { FakeCardProperty } from './fake-card-property.ts';
import {
  compileFakeDriver,
  type FakeDriverPlatform,
  hostPlatform,
  libraryName,
} from './fake-driver-compiler.ts';

export interface FakeDriverOptions {
  /** Each card's differences from a GeForce RTX 4070; default: one card without. At most 16. */
  readonly cards?: readonly Partial<Record<FakeCardProperty, number>>[];
  /** `manual`: the model stands still but for `advance`, and is deterministic. Default `real`. */
  readonly clock?: 'real' | 'manual';
  /** Model seconds for each real second with the real clock; default 1. */
  readonly timeScale?: number;
  /** Functions that the library lacks, as an older one does: `['nvmlDeviceGetTemperatureV']`. */
  readonly hiddenSymbols?: readonly string[];
  /** `win32` makes an `nvml.dll`; default: this system's library. */
  readonly platform?: FakeDriverPlatform;
}

/** Which card a fault is about; default: all, and calls about none. */
interface Where {
  readonly card?: number;
}

/** What the control functions answer instead of 0 (control.c). */
const REFUSALS: Readonly<Record<string, string>> = {
  '-1': 'there is no state beside the library',
  '-2': 'there is no such card',
  '-3': 'there is no such property',
  '-4': 'the library has no such function',
  '-5': 'there are too many faults at once',
  '-6': 'this property follows from others and cannot be set',
  '-7': 'the clock is not manual',
};

/**
 * A fake NVML in a folder of its own: the library and, beside it, the state file that all processes share which
 * load this very file. How its cards heat up, and what they do against it, says c/card.c.
 *
 * Function names in `fail`, `hang` and `calls`: a plain name means all versions of a function
 * (`nvmlInit`: also `nvmlInit_v2`; `nvmlDeviceGetTemperature`: also `…V`), one with a version only that, `*` every
 * function. Reading temperatures through `GetTemperatureV` counts as `nvmlDeviceGetTemperatureV`.
 */
export class FakeDriver implements Disposable {
  /** What the binding loads. */
  readonly libraryPath: string;
  readonly #folder: string;
  readonly #control: Control;
  #isDisposed = false;

  /**
   * Compiles the library once (cached by content hash under node_modules/.cache/fake-nvml), copies it to a temporary
   * folder and makes the state.
   * @throws FakeDriverCompilerMissingError where there is no compiler: skip the test with its message.
   */
  static async create(options: FakeDriverOptions = {}): Promise<FakeDriver> {
    const platform = options.platform ?? hostPlatform();
    const hidden = options.hiddenSymbols ?? [];
    // A Windows library is steered from here through a library of this system on the same state.
    const platforms = new Set([platform, hostPlatform()]);
    const compiled = await Promise.all(
      [...platforms].map(async (each) => ({ each, library: await compileFakeDriver(each, hidden) })),
    );
    const folder = mkdtempSync(join(tmpdir(), 'fake-nvml-'));
    // Programs that run as another user load it as well.
    chmodSync(folder, 0o755);
    for (const { each, library } of compiled) copyFileSync(library, join(folder, libraryName(each)));
    try {
      return new FakeDriver(folder, platform, options);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(folder: string, platform: FakeDriverPlatform, options: FakeDriverOptions) {
    this.#folder = folder;
    this.libraryPath = join(folder, libraryName(platform));
    this.#control = loadControl(join(folder, libraryName(hostPlatform())));
    const cards = options.cards ?? [{}];
    const isManual = options.clock === 'manual' ? 1 : 0;
    check(this.#control.create(cards.length, isManual, options.timeScale ?? 1), 'make its state');
    for (const [card, properties] of cards.entries()) this.#prepare(card, properties);
  }

  /** @throws Error when there is no such card, or the property follows from others. */
  set(card: number, property: FakeCardProperty, value: number): void {
    check(this.#control.set(card, property, value), `set ${property} of card ${card}`);
  }

  get(card: number, property: FakeCardProperty): number {
    const value = new Float64Array(1);
    check(this.#control.get(card, property, value), `read ${property} of card ${card}`);
    return value[0] ?? Number.NaN;
  }

  /**
   * From now on `functionName` answers `nvmlReturn` on that card, `times` times (default: until cleared with 0).
   * A card of -1 or none: on all cards, and calls that are about no card. `fail('*', 0)` clears all failures.
   */
  fail(functionName: string, nvmlReturn: number, options: Where & { times?: number } = {}): void {
    const { card = -1, times = -1 } = options;
    check(this.#control.fail(functionName, nvmlReturn, card, times), `let ${functionName} fail`);
  }

  /** The call blocks this long before it answers. 0 clears, also for calls that hang at present. */
  hang(functionName: string, milliseconds: number, options: Where = {}): void {
    check(this.#control.hang(functionName, milliseconds, options.card ?? -1), `let ${functionName} hang`);
  }

  /** Manual clock only: lets the model run for this long, in steps of 50 ms. */
  advance(seconds: number): void {
    check(this.#control.advance(seconds), 'advance the clock');
  }

  /**
   * The driver is unloaded: nvmlInit answers DRIVER_NOT_LOADED, every other call UNINITIALIZED; handles are stale for
   * good, and programs have to initialise anew after `load`.
   */
  unload(): void {
    check(this.#control.loadDriver(0), 'unload the driver');
  }

  /** The driver is back: limits at their defaults, energy counters at 0, lost cards found again. */
  load(): void {
    check(this.#control.loadDriver(1), 'load the driver');
  }

  /** Raises an event of one of NVML's types: 4 performance state, 8 Xid (`data` is its number), 16 clock. */
  raiseEvent(card: number, type: 4 | 8 | 16, data: number): void {
    check(this.#control.raise(card, type, data), 'raise an event');
  }

  /** How often a function was called since the state was made, by all processes. */
  calls(functionName: string): number {
    const calls = this.#control.calls(functionName);
    check(Math.min(calls, 0), `count calls of ${functionName}`);
    return calls;
  }

  /** Lets hanging calls go and removes the folder. Programs that have the library loaded may go on to use it. */
  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.hang('*', 0);
    this.#control[Symbol.dispose]();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Settings first, then the card comes to rest with them, then what of that was asked for otherwise. */
  #prepare(card: number, properties: Partial<Record<FakeCardProperty, number>>): void {
    const { temperatureC, sinkC, fanPercent, isLost, energyMillijoules, workDone, ...settings } = properties;
    const limit = settings.powerLimitMilliwatts ?? settings.powerDefaultMilliwatts;
    this.#setAll(card, settings);
    if (limit !== undefined) this.set(card, 'powerLimitMilliwatts', limit);
    this.#setAll(card, { fanPercent });
    check(this.#control.settle(card), `bring card ${card} to rest`);
    this.#setAll(card, { temperatureC, fanPercent, energyMillijoules, workDone });
    if (temperatureC !== undefined) {
      const watts = this.get(card, 'powerMilliwatts') / 1000;
      this.set(card, 'sinkC', temperatureC - watts * this.get(card, 'dieToSinkResistance'));
    }
    this.#setAll(card, { sinkC, isLost });
  }

  #setAll(card: number, properties: Partial<Record<string, number>>): void {
    for (const [property, value] of Object.entries(properties)) {
      if (value !== undefined) check(this.#control.set(card, property, value), `set ${property}`);
    }
  }
}

function check(answer: number, what: string): void {
  if (answer !== 0)
    throw new Error(`The fake driver cannot ${what}: ${REFUSALS[answer] ?? `answer ${answer}`}.`);
}

interface Control extends Disposable {
  readonly create: KoffiFunc<(cards: number, isManual: number, timeScale: number) => number>;
  readonly set: KoffiFunc<(card: number, property: string, value: number) => number>;
  readonly get: KoffiFunc<(card: number, property: string, value: Float64Array) => number>;
  readonly settle: KoffiFunc<(card: number) => number>;
  readonly advance: KoffiFunc<(seconds: number) => number>;
  readonly fail: KoffiFunc<(name: string, answer: number, card: number, times: number) => number>;
  readonly hang: KoffiFunc<(name: string, milliseconds: number, card: number) => number>;
  readonly loadDriver: KoffiFunc<(isLoaded: number) => number>;
  readonly raise: KoffiFunc<(card: number, type: number, data: number) => number>;
  readonly calls: KoffiFunc<(name: string) => number>;
}

function loadControl(libraryPath: string): Control {
  const library = koffi.load(libraryPath);
  return {
    create: library.func('int fakeNvmlCreate(uint32_t cards, uint32_t isManual, double timeScale)'),
    set: library.func('int fakeNvmlSet(uint32_t card, const char *property, double value)'),
    get: library.func('int fakeNvmlGet(uint32_t card, const char *property, _Out_ double *value)'),
    settle: library.func('int fakeNvmlSettle(uint32_t card)'),
    advance: library.func('int fakeNvmlAdvance(double seconds)'),
    fail: library.func('int fakeNvmlFail(const char *name, int answer, int card, int times)'),
    hang: library.func('int fakeNvmlHang(const char *name, double milliseconds, int card)'),
    loadDriver: library.func('int fakeNvmlLoadDriver(int isLoaded)'),
    raise: library.func('int fakeNvmlRaise(uint32_t card, uint32_t type, double data)'),
    calls: library.func('double fakeNvmlCalls(const char *name)'),
    [Symbol.dispose]: () => library.unload(),
  };
}
