import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

export interface ListView {
  readonly scrollTop: number;
  readonly height: number;
  readonly width: number;
}

/** What part of a scrolling list is seen; renewed as it scrolls and as its box changes. */
export function useListView(element: RefObject<HTMLElement | null>): ListView {
  const [view, setView] = useState<ListView>({ scrollTop: 0, height: 0, width: 0 });
  useLayoutEffect(() => {
    const list = element.current;
    if (list === null) return;
    const read = () =>
      setView((before) => {
        const now = { scrollTop: list.scrollTop, height: list.clientHeight, width: list.clientWidth };
        return before.scrollTop === now.scrollTop &&
          before.height === now.height &&
          before.width === now.width
          ? before
          : now;
      });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(list);
    list.addEventListener('scroll', read, { passive: true });
    return () => {
      observer.disconnect();
      list.removeEventListener('scroll', read);
    };
  }, [element]);
  return view;
}

/**
 * Keeps what the user reads in place while rows arrive above it: unless the list is at its top, it scrolls
 * along. Returns how many rows arrived unseen since the list was last at its top.
 */
export function useHeldPosition(
  element: RefObject<HTMLElement | null>,
  ids: readonly string[],
  rowHeight: number,
  atTop: boolean,
): number {
  const firstId = useRef(ids[0]);
  const [unseen, setUnseen] = useState(0);
  useLayoutEffect(() => {
    const list = element.current;
    const arrived = firstId.current === undefined ? 0 : ids.indexOf(firstId.current);
    firstId.current = ids[0];
    if (list === null || arrived <= 0 || list.scrollTop === 0) return;
    list.scrollTop += arrived * rowHeight;
    setUnseen((count) => count + arrived);
  }, [element, ids, rowHeight]);
  useEffect(() => {
    if (atTop) setUnseen(0);
  }, [atTop]);
  return unseen;
}
