import { Console } from 'node:console';
import { encodeFrame, FrameReader } from '../shared/frame-codec.ts';
import { type ToSigner, toSignerSchema } from '../shared/signer-protocol.ts';
import { SignerProgram } from './signer-program.ts';

const EXIT_PROTOCOL_VIOLATION = 2;

// stdout carries frames and nothing else, whatever a library prints.
globalThis.console = new Console(process.stderr, process.stderr);

const frames = new FrameReader();
let program: SignerProgram | undefined;
/** One request after the other: what unlocks is over before what signs. */
let turn = Promise.resolve();

process.stdin.on('data', (bytes: Buffer) => {
  try {
    for (const data of frames.push(bytes)) {
      const message = toSignerSchema.parse(data);
      turn = turn.then(() => take(message));
    }
    turn.catch(violate);
  } catch {
    violate();
  }
});
// The agent is gone, and with it whoever may ask for a signature.
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdout.on('error', () => process.exit(0));
// A stack trace could quote what it was about.
process.on('uncaughtException', (error) => {
  console.error(`the signer failed: ${error.name}`);
  process.exit(1);
});

async function take(message: ToSigner): Promise<void> {
  if (message.type === 'start') {
    if (program !== undefined) return violate();
    program = await SignerProgram.start(message);
    process.stdout.write(encodeFrame(program.ready()));
    return;
  }
  if (program === undefined) return violate();
  process.stdout.write(encodeFrame(await program.answer(message)));
}

function violate(): void {
  console.error('protocol violation');
  process.exit(EXIT_PROTOCOL_VIOLATION);
}
