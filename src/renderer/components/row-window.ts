/** Rows drawn beyond the seen ones, so that scrolling does not show gaps. */
const OVERSCAN_ROWS = 6;

/** Which rows of a list of equal rows to draw: `first` inclusive, `end` exclusive. */
export function rowWindow(list: {
  readonly rows: number;
  readonly rowHeight: number;
  readonly scrollTop: number;
  readonly viewHeight: number;
}): { readonly first: number; readonly end: number } {
  const first = Math.floor(list.scrollTop / list.rowHeight) - OVERSCAN_ROWS;
  const end = Math.ceil((list.scrollTop + list.viewHeight) / list.rowHeight) + OVERSCAN_ROWS;
  return {
    first: Math.min(list.rows, Math.max(0, first)),
    end: Math.min(list.rows, Math.max(0, end)),
  };
}

/** How far a key moves the focus in a list: to which row, or undefined for keys that do not move it. */
export function rowAfterKey(
  key: string,
  current: number,
  list: { readonly rows: number; readonly rowsInView: number },
): number | undefined {
  const target = {
    ArrowDown: current + 1,
    ArrowUp: current - 1,
    PageDown: current + list.rowsInView,
    PageUp: current - list.rowsInView,
    Home: 0,
    End: list.rows - 1,
  }[key];
  return target === undefined ? undefined : Math.min(list.rows - 1, Math.max(0, target));
}
