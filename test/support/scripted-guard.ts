import { encodeFrame, FrameReader } from '../../src/shared/frame-codec.ts';
import {
  type FromGuard,
  GUARD_PROTOCOL_VERSION,
  toGuardSchema,
} from '../../src/shared/gpu-guard-protocol.ts';

/**
 * A GPU guard that behaves as its first argument says, for tests of what keeps it running. It answers `hold` with
 * its own pid as the limit, so that a test sees which guard it talks to.
 */
const [behaviour = 'healthy'] = process.argv.slice(2);
const send = (message: FromGuard): void => void process.stdout.write(encodeFrame(message));
const frames = new FrameReader();

if (behaviour === 'absent') {
  send({ type: 'absent', detail: 'No driver.' });
  process.exit(0);
}
if (behaviour === 'garbage') process.stdout.write('Segmentation fault');
if (behaviour !== 'silent') send({ type: 'ready', protocol: GUARD_PROTOCOL_VERSION, restored: [] });

process.stdin.on('data', (bytes: Buffer) => {
  for (const data of frames.push(bytes)) {
    const message = toGuardSchema.parse(data);
    if (message.type === 'hold') {
      const limits = { ...message.limits, powerLimitMilliwatts: process.pid };
      send({ type: 'held', uuid: message.uuid, limits, problem: null, foreign: false });
    }
    if (message.type === 'heartbeat') send({ type: 'samples', samples: [] });
    if (message.type === 'release') send({ type: 'released', problem: null });
  }
});
process.stdin.on('end', () => process.exit(0));
