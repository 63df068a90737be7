import { useCallback, useEffect, useState } from 'react';
import type { HotKeyState } from '../../shared/shell-contract.ts';

/** The hot key as the desktop shell has it; only the shell can listen for keys outside this page. */
export function useShellHotKey() {
  const [state, setState] = useState<HotKeyState>();
  useEffect(() => {
    const { gata } = window;
    if (gata === undefined) return;
    let isNewer = false;
    const end = gata.onHotKeyChange((next) => {
      isNewer = true;
      setState(next);
    });
    void gata.hotKey().then((first) => {
      if (!isNewer) setState(first);
    });
    return end;
  }, []);
  const capture = useCallback((active: boolean) => void window.gata?.captureHotKey(active), []);
  return { isPresent: window.gata !== undefined, state, capture };
}
