import { contextBridge, ipcRenderer } from 'electron';
import { config } from 'zod';
import { shellBridge } from './shell-bridge.ts';

// zod's fast path compiles code, which the page's content security policy refuses and reports.
config({ jitless: true });

contextBridge.exposeInMainWorld('gata', shellBridge(ipcRenderer));
