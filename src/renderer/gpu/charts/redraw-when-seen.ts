/**
 * Calls `draw` at most once a frame, and only while the element is in view on a page that is seen; what changed
 * meanwhile is drawn at the first look.
 */
export class RedrawWhenSeen implements Disposable {
  readonly #draw: () => void;
  readonly #observer: IntersectionObserver;
  #isInView = false;
  #isDirty = true;
  #frame: number | undefined;

  constructor(element: Element, draw: () => void) {
    this.#draw = draw;
    this.#observer = new IntersectionObserver((entries) => {
      this.#isInView = entries.at(-1)?.isIntersecting ?? false;
      this.#schedule();
    });
    this.#observer.observe(element);
    document.addEventListener('visibilitychange', this.#schedule);
  }

  [Symbol.dispose](): void {
    this.#observer.disconnect();
    document.removeEventListener('visibilitychange', this.#schedule);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  readonly request = (): void => {
    this.#isDirty = true;
    this.#schedule();
  };

  readonly #schedule = (): void => {
    if (!this.#isDirty || !this.#isInView || document.hidden) return;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      if (document.hidden) return;
      this.#isDirty = false;
      this.#draw();
    });
  };
}
