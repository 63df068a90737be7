import { expect, test } from 'vitest';
import { activatedSocket } from '../../../src/gpu/helper/activated-socket.ts';

test('takes the one socket that systemd passed to this very process', () => {
  expect(activatedSocket({ LISTEN_PID: '7', LISTEN_FDS: '1' }, 7)).toBe(3);
  expect(activatedSocket({ LISTEN_PID: '8', LISTEN_FDS: '1' }, 7)).toBeUndefined();
  expect(activatedSocket({ LISTEN_PID: '7' }, 7)).toBeUndefined();
  expect(activatedSocket({}, 7)).toBeUndefined();
  expect(() => activatedSocket({ LISTEN_PID: '7', LISTEN_FDS: '2' }, 7)).toThrow('one socket');
});
