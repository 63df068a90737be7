import type { PauseRequest, Status } from '../shared/local-api.ts';
import type { TaskKind } from '../shared/task.ts';
import type { AgentView } from './agent-view.ts';
import { mostUrgent } from './tray-icon.ts';
import { type WalletActions, walletItems } from './wallet-menu.ts';

/** What the menu's items do. */
export interface TrayActions extends WalletActions {
  pause(request: PauseRequest): void;
  resume(): void;
  openDashboard(): void;
  /** The user's answer whether a running program is a game. */
  answerGameQuestion(key: string, choice: 'pause' | 'ignore'): void;
  setStartAtLogin(enabled: boolean): void;
  quit(): void;
}

/** The part of Electron's MenuItemConstructorOptions that the menu uses. */
export interface TrayMenuItem {
  label?: string;
  type?: 'separator' | 'checkbox';
  enabled?: boolean;
  checked?: boolean;
  submenu?: TrayMenuItem[];
  click?: () => void;
}

const LABEL_LIMIT = 100;

/** The tray's menu for what the agent does. Times are shown in `locale` and this machine's time zone. */
export function trayMenu(
  view: AgentView,
  startAtLogin: boolean,
  actions: TrayActions,
  locale?: string,
): TrayMenuItem[] {
  const status = view.kind === 'connected' ? view.status : undefined;
  const speed = status === undefined ? undefined : speedLine(status);
  return [
    { label: menuLabel(statusLine(view, locale)), enabled: false },
    ...(speed === undefined ? [] : [{ label: menuLabel(speed), enabled: false }]),
    ...questionItems(status, actions),
    { type: 'separator' },
    ...walletGroup(view, actions, locale),
    {
      label: 'Pause',
      enabled: status !== undefined,
      submenu: [
        { label: 'For 1 hour', click: () => actions.pause({ minutes: 60 }) },
        { label: 'Until I stop playing', click: () => actions.pause({ until: 'games-end' }) },
        { label: 'Until I resume', click: () => actions.pause({ until: 'resumed' }) },
      ],
    },
    { label: 'Resume', enabled: status !== undefined && canResume(status), click: () => actions.resume() },
    { type: 'separator' },
    { label: 'Open dashboard', click: () => actions.openDashboard() },
    {
      label: 'Start when I sign in',
      type: 'checkbox',
      checked: startAtLogin,
      click: () => actions.setStartAtLogin(!startAtLogin),
    },
    { type: 'separator' },
    { label: 'Quit Gata', click: () => actions.quit() },
  ];
}

function walletGroup(view: AgentView, actions: TrayActions, locale: string | undefined): TrayMenuItem[] {
  const items = walletItems(view.kind === 'connected' ? view.wallet : undefined, actions, locale);
  if (items.length === 0) return [];
  return [
    ...items.map((item) => (item.label === undefined ? item : { ...item, label: menuLabel(item.label) })),
    { type: 'separator' },
  ];
}

/** Where notifications have no buttons, as on Linux, the tray is the nearest place to answer. */
function questionItems(status: Status | undefined, actions: TrayActions): TrayMenuItem[] {
  const questions = status?.games.filter((game) => game.certainty === 'maybe') ?? [];
  return questions.map(({ key, name }) => ({
    label: menuLabel(`Is ${name} a game?`),
    submenu: [
      { label: 'Yes, pause for it', click: () => actions.answerGameQuestion(key, 'pause') },
      { label: 'No, ignore it', click: () => actions.answerGameQuestion(key, 'ignore') },
    ],
  }));
}

/** Resuming ends the user's own pause, the wait after a game and the one for the computer's user, not a game. */
function canResume(status: Status): boolean {
  return status.reasons.some(
    ({ code, until }) =>
      code === 'user-paused' ||
      code === 'in-use' ||
      (code === 'game-running' && (until !== undefined || status.games.length === 0)),
  );
}

/** What the agent does, and exactly why, in one line. */
export function statusLine(view: AgentView, locale?: string): string {
  if (view.kind === 'starting') return 'Starting…';
  if (view.kind === 'unreachable') return `Not running: ${view.message}`;
  const { status } = view;
  if (status.state === 'working') {
    const job = status.currentJobs[0];
    return job === undefined ? 'Working' : `Working: ${TASK_WORDS[job.kind]} with ${job.modelId}`;
  }
  if (status.state === 'ready') {
    if (status.network.state === 'connected') return 'Ready: waiting for a job';
    return status.network.state === 'connecting'
      ? 'Connecting to the network…'
      : `Offline: ${status.network.detail ?? 'no connection to the network'}`;
  }
  const reason = mostUrgent(status.reasons);
  if (reason === undefined) return 'Paused';
  // Each key that the user presses puts off the end of `in-use`.
  const until = reason.code === 'in-use' ? null : (reason.until ?? status.resumesAt);
  return `Paused: ${reason.message}${until === null ? '' : `, until ${timeOfDay(until, locale)}`}`;
}

/** Undefined when nothing is being generated. */
function speedLine(status: Status): string | undefined {
  if (status.state !== 'working' || status.tokensPerSecond === null) return undefined;
  return `${status.tokensPerSecond.toFixed(1)} tokens/s on ${status.device.name}`;
}

const TASK_WORDS: Readonly<Record<TaskKind, string>> = {
  'onnx.run': 'running a model',
  'text.generate': 'writing text',
  embedding: 'embedding text',
  'image.classify': 'classifying images',
};

function timeOfDay(iso: string, locale: string | undefined): string {
  return new Date(iso).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
}

/** One line of bounded length; a lone `&` would underline the letter after it instead of being shown. */
function menuLabel(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const short = line.length > LABEL_LIMIT ? `${line.slice(0, LABEL_LIMIT - 1)}…` : line;
  return short.replaceAll('&', '&&');
}
