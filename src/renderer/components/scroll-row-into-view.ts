/** Scrolls a list of equal rows, under the header that it may have, no further than to show one row of it. */
export function scrollRowIntoView(scroller: HTMLElement | null, index: number, rowHeight: number): void {
  if (scroller === null) return;
  const headerHeight = scroller.querySelector<HTMLElement>('thead:not(.sr-only)')?.offsetHeight ?? 0;
  const top = index * rowHeight;
  const seenHeight = scroller.clientHeight - headerHeight;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + rowHeight > scroller.scrollTop + seenHeight)
    scroller.scrollTop = top + rowHeight - seenHeight;
}
