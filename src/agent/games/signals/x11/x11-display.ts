/** A display of this machine, as `DISPLAY` names it (X(7)): `:0`, `unix:1.0`. */
export interface X11Display {
  readonly number: number;
  readonly screen: number;
}

/** Undefined for displays of other machines (what runs there cannot be seen here), and for what is no display. */
export function parseX11Display(text: string): X11Display | undefined {
  const match = /^(?:unix)?:(\d{1,5})(?:\.(\d{1,3}))?$/.exec(text.trim());
  if (match === null) return undefined;
  return { number: Number(match[1]), screen: Number(match[2] ?? 0) };
}

/** Where the server of a display listens, the better place first. */
export function socketPathsOf({ number }: X11Display): readonly string[] {
  const path = `/tmp/.X11-unix/X${number}`;
  return [path, `\0${path}`];
}
