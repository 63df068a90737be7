import { text } from 'node:stream/consumers';
import { type SelfTestReport, selfTestTargetsSchema } from '../shared/self-test-protocol.ts';
import { report } from './self-test/attempt.ts';
import { fileAttempts } from './self-test/file-attempts.ts';
import { networkAttempts } from './self-test/network-attempts.ts';
import { processAttempts } from './self-test/process-attempts.ts';

// Started by the agent in a worker's place: tries to break out, harmlessly, and tells how it went.
const targets = selfTestTargetsSchema.parse(JSON.parse(await text(process.stdin)));
const attempts: SelfTestReport['attempts'] = [];
for (const attempt of [...fileAttempts(targets), ...processAttempts(targets)]) {
  attempts.push(await report(attempt));
}
// These wait for answers, so they wait together.
attempts.push(...(await Promise.all(networkAttempts(targets).map(report))));
process.stdout.write(JSON.stringify({ attempts } satisfies SelfTestReport), () => process.exit(0));
