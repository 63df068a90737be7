import { type RefObject, useLayoutEffect, useState } from 'react';

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
