import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  hardenContents,
  hardenSession,
  isExplorerPage,
  isPermissionAllowed,
  isShellUrl,
  isTrustedSender,
  SECURITY_HEADERS,
  secureWebPreferences,
} from '../../src/main/security.ts';
import { FakeContents, FakeSession, PreventableEvent } from '../support/fake-electron.ts';

const FOREIGN = [
  'https://gata.example/',
  'http://127.0.0.1:7420/',
  'file:///etc/passwd',
  'app://gata.example/',
  'app://other/',
  'app://user@gata/',
  'app://gata:80/',
  'xapp://gata/',
  'javascript:alert(1)',
  'data:text/html,hello',
  'about:blank',
  'app://',
  '',
];

describe("the dashboard's own pages", () => {
  test.each(['app://gata/', 'app://gata/index.html', 'app://gata/jobs?state=failed#top'])('are %s', (url) => {
    expect(isShellUrl(url)).toBe(true);
  });

  test.each(FOREIGN)('are not "%s"', (url) => {
    expect(isShellUrl(url)).toBe(false);
  });
});

describe('the sender of a message', () => {
  test('is trusted when it is the top frame of the dashboard', () => {
    expect(isTrustedSender({ url: 'app://gata/', parent: null })).toBe(true);
  });

  test('is not trusted in a frame inside it, on another page, or when it is gone', () => {
    expect(isTrustedSender({ url: 'app://gata/', parent: {} })).toBe(false);
    expect(isTrustedSender({ url: 'https://gata.example/', parent: null })).toBe(false);
    expect(isTrustedSender(null)).toBe(false);
  });
});

describe('the hardened contents', () => {
  const events = ['will-navigate', 'will-frame-navigate', 'will-redirect'];

  test.each(events)('deny %s to anywhere else', (name) => {
    const contents = new FakeContents();
    hardenContents(contents, () => {});
    for (const url of FOREIGN) {
      const event = new PreventableEvent(url);
      contents.emit(name, event);
      expect(event.isPrevented, url).toBe(true);
    }
    const home = new PreventableEvent('app://gata/index.html');
    contents.emit(name, home);
    expect(home.isPrevented).toBe(false);
  });

  test('open no windows and attach no webviews', () => {
    const contents = new FakeContents();
    const asked: string[] = [];
    hardenContents(contents, (url) => asked.push(url));
    expect(contents.openHandler?.({ url: 'https://scan.example/tx/0x1' })).toEqual({ action: 'deny' });
    expect(asked).toEqual(['https://scan.example/tx/0x1']);
    const event = new PreventableEvent();
    contents.emit('will-attach-webview', event);
    expect(event.isPrevented).toBe(true);
  });
});

describe('the hardened session', () => {
  const session = new FakeSession();
  hardenSession(session);
  const request = (permission: string, requestingUrl: string) => {
    const answers: boolean[] = [];
    session.requestHandler?.({}, permission, (isGranted) => answers.push(isGranted), { requestingUrl });
    return answers;
  };

  test.each(['notifications', 'media', 'geolocation', 'clipboard-read', 'openExternal', 'fileSystem', 'hid'])(
    'denies %s',
    (permission) => {
      expect(request(permission, 'app://gata/')).toEqual([false]);
      expect(session.checkHandler?.(null, permission, 'app://gata/')).toBe(false);
    },
  );

  test("lets the dashboard, and no other page, reach this machine's own ports", () => {
    expect(request('loopback-network', 'app://gata/')).toEqual([true]);
    expect(session.checkHandler?.(null, 'local-network-access', 'app://gata')).toBe(true);
    expect(isPermissionAllowed('loopback-network', 'https://gata.example/')).toBe(false);
  });

  test('denies devices, and downloads but of what the dashboard made itself', () => {
    expect(session.deviceHandler?.()).toBe(false);
    for (const [url, isDenied] of [
      ['https://gata.example/file', true],
      ['blob:https://gata.example/1', true],
      ['blob:app://gata/1', false],
    ] as const) {
      const event = new PreventableEvent();
      session.emit('will-download', event, { getURL: () => url });
      expect(event.isPrevented, url).toBe(isDenied);
    }
  });
});

describe('a link to the explorer', () => {
  test.each([
    ['https://scan.example/tx/0x1', 'https://scan.example', true],
    ['https://scan.example/tx/0x1', 'https://scan.example/', true],
    ['https://scan.example.evil.example/tx', 'https://scan.example', false],
    ['http://scan.example/tx', 'http://scan.example', false],
    ['file:///etc/passwd', 'https://scan.example', false],
    ['https://scan.example/tx', null, false],
    ['not a link', 'https://scan.example', false],
  ])('%s with %s: %s', (url, explorer, isOne) => {
    expect(isExplorerPage(url, explorer)).toBe(isOne);
  });
});

describe('the content security policy', () => {
  const header = directives(SECURITY_HEADERS['content-security-policy'] ?? '');

  test('allows no code but our files, no plugins and no frames', () => {
    expect(header.get('default-src')).toEqual(["'none'"]);
    expect(header.get('script-src')).toEqual(["'self'"]);
    expect(header.get('frame-ancestors')).toEqual(["'none'"]);
    expect([...header.keys()]).not.toContain('frame-src');
  });

  test("allows all that the page's own policy asks for", () => {
    const page = readFileSync(path.resolve(import.meta.dirname, '../../src/renderer/index.html'), 'utf8');
    const asked = directives(
      /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(page)?.[1] ?? '',
    );
    expect(asked.size).toBeGreaterThan(0);
    for (const [name, sources] of asked) expect(header.get(name), name).toEqual(sources);
  });
});

test('the web preferences leave no door to Node', () => {
  const preferences = secureWebPreferences('/preload.cjs');
  expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, webSecurity: true });
  for (const [name, value] of Object.entries(preferences)) {
    if (/nodeIntegration|Insecure|experimental|webview/i.test(name)) expect(value, name).toBe(false);
  }
});

function directives(policy: string): Map<string, string[]> {
  return new Map(
    policy.split(';').flatMap((directive) => {
      const [name, ...sources] = directive.trim().split(/\s+/);
      return name ? [[name, sources]] : [];
    }),
  );
}
