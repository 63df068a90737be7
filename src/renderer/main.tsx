import './api/parse-without-eval.ts';
import './styles.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { type Agent, AgentProvider } from './api/agent-context.tsx';
import { Connection } from './api/connection.ts';
import { BrowserEndpointSource, DesktopEndpointSource } from './api/endpoint-source.ts';
import { GpuRecorder } from './api/gpu-recorder.ts';
import { LiveCache } from './api/live-cache.ts';
import { SpeedHistory } from './api/speed-history.ts';
import { App } from './app.tsx';
import { createI18n } from './i18n/create-i18n.ts';
import { applyTheme, rememberedTheme } from './theme/theme.ts';
import { loadTypeface } from './theme/typeface.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
await start(root);

async function start(root: HTMLElement): Promise<void> {
  applyTheme(rememberedTheme(localStorage), document.documentElement, localStorage);
  const i18n = createI18n(navigator.languages);
  document.documentElement.lang = i18n.resolvedLanguage ?? 'en';

  // Events keep everything fresh, the event stream alone decides when the agent is back, and the agent is on
  // this machine, so whether the machine is online does not matter.
  const queries = new QueryClient({
    defaultOptions: {
      queries: { staleTime: Number.POSITIVE_INFINITY, retry: false, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  });
  const speed = new SpeedHistory(() => Date.now());
  const gpus = new GpuRecorder();
  const cache = new LiveCache(queries, speed, gpus, document);
  const source =
    window.gata === undefined ? new BrowserEndpointSource(window) : new DesktopEndpointSource(window.gata);
  const connection = new Connection(source, (input, init) => fetch(input, init), {
    onLive: () => void queries.invalidateQueries(),
    onEvent: (event) => cache.take(event),
  });
  const agent: Agent = { connection, speed, gpus };
  void connection.start();
  await loadTypeface(document.fonts);

  createRoot(root).render(
    <StrictMode>
      <I18nextProvider i18n={i18n}>
        <QueryClientProvider client={queries}>
          <AgentProvider value={agent}>
            <App />
          </AgentProvider>
        </QueryClientProvider>
      </I18nextProvider>
    </StrictMode>,
  );
}
