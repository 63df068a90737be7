import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coversScreen } from '../../../../../src/agent/games/signals/x11/covers-screen.ts';
import { findX11Cookie } from '../../../../../src/agent/games/signals/x11/x11-authority.ts';
import { parseX11Display } from '../../../../../src/agent/games/signals/x11/x11-display.ts';
import { parseMonitors } from '../../../../../src/agent/games/signals/x11/x11-monitors.ts';
import { parseClientPid } from '../../../../../src/agent/games/signals/x11/x11-window-owner.ts';

const noise = fc.uint8Array({ minLength: 32, maxLength: 300 }).map((bytes) => Buffer.from(bytes));

describe('parseX11Display', () => {
  it.each([
    [':0', { number: 0, screen: 0 }],
    ['unix:1.2', { number: 1, screen: 2 }],
    [':12345', { number: 12_345, screen: 0 }],
    ['localhost:10.0', undefined],
    ['tcp/host:0', undefined],
    ['0', undefined],
    [':', undefined],
    [':1:2', undefined],
  ])('reads %s', (text, display) => {
    expect(parseX11Display(text)).toEqual(display);
  });
});

describe('findX11Cookie', () => {
  const entry = (
    family: number,
    address: string,
    number: string,
    data: string,
    name = 'MIT-MAGIC-COOKIE-1',
  ) => {
    const counted = (text: string) => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)]);
    return Buffer.concat([
      Buffer.from([family >> 8, family & 0xff]),
      ...[address, number, name, data].map(counted),
    ]);
  };
  const dataOf = (file: Buffer) => findX11Cookie(file, 1, 'here')?.data.toString();

  it('takes the cookie of this machine and display', () => {
    const file = Buffer.concat([
      entry(256, 'here', '0', 'other display'),
      entry(256, 'there', '1', 'other machine'),
      entry(256, 'here', '1', 'another kind', 'XDM-AUTHORIZATION-1'),
      entry(256, 'here', '1', 'right'),
    ]);
    expect(dataOf(file)).toBe('right');
  });

  it('takes one that holds everywhere, or that of a machine that was renamed', () => {
    expect(dataOf(entry(65_535, '', '', 'everywhere'))).toBe('everywhere');
    expect(dataOf(entry(256, 'old name', '1', 'renamed'))).toBe('renamed');
    expect(dataOf(entry(0, 'internet', '1', 'address'))).toBeUndefined();
  });

  it('reads damaged files as far as they go', () => {
    const file = Buffer.concat([entry(65_535, '', '1', 'whole'), Buffer.from([1, 0, 0xff, 0xff, 1])]);
    expect(dataOf(file)).toBe('whole');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        findX11Cookie(Buffer.from(bytes), 0, 'here');
      }),
    );
  });
});

describe('answers of X extensions', () => {
  it('hold no more monitors than they have room for', () => {
    fc.assert(
      fc.property(noise, (reply) => {
        expect(parseMonitors(reply).length).toBeLessThanOrEqual((reply.length - 32) / 24);
      }),
    );
  });

  it('hold a pid or none', () => {
    fc.assert(
      fc.property(noise, (reply) => {
        const pid = parseClientPid(reply);
        expect(pid === undefined || (pid > 0 && pid <= 2 ** 22)).toBe(true);
      }),
    );
  });
});

describe('coversScreen', () => {
  const monitors = [
    { x: 0, y: 0, width: 1920, height: 1080 },
    { x: 1920, y: 0, width: 1280, height: 1024 },
  ];
  const shape = (x: number, y: number, width: number, height: number, ...states: string[]) => ({
    states: new Set(states.map((state) => `_NET_WM_STATE_${state}`)),
    types: new Set<string>(),
    rectangle: { x, y, width, height },
  });

  it.each([
    ['a monitor', shape(1920, 0, 1280, 1024), true],
    ['both monitors', shape(0, 0, 3200, 1080), true],
    ['more than a monitor, with a frame outside of it', shape(-4, -30, 1930, 1120), true],
    ['all but a panel', shape(0, 0, 1920, 1050), false],
    ['parts of two monitors', shape(960, 0, 1920, 1080), false],
    ['nothing, but says it is full screen', shape(5, 5, 1, 1, 'FULLSCREEN'), true],
    ['a monitor, but is minimised', shape(0, 0, 1920, 1080, 'FULLSCREEN', 'HIDDEN'), false],
    [
      'a monitor without a panel, maximised',
      shape(1920, 0, 1280, 1024, 'MAXIMIZED_VERT', 'MAXIMIZED_HORZ'),
      false,
    ],
  ])('judges a window that covers %s', (_, window, covers) => {
    expect(coversScreen(window, monitors)).toBe(covers);
  });

  it('is not misled by a monitor without a size', () => {
    expect(coversScreen(shape(0, 0, 10, 10), [{ x: 0, y: 0, width: 0, height: 0 }])).toBe(false);
  });
});
