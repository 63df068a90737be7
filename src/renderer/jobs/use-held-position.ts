import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

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
