import { Wallet } from 'ethers/wallet';
import { beforeEach, describe, expect, it } from 'vitest';
import { Enrolment } from '../../../src/gateway/nodes/enrolment.ts';
import {
  type Challenge,
  ENROLMENT_DOMAIN,
  ENROLMENT_TYPES,
  enrolmentMessage,
} from '../../../src/shared/job-protocol.ts';

const wallet = new Wallet(`0x${'11'.repeat(32)}`);
const nodeId = wallet.address.toLowerCase();
let now = 0;
let enrolment: Enrolment;

beforeEach(() => {
  now = Date.UTC(2026, 0, 1);
  enrolment = new Enrolment(() => 'https://gateway.example', { now: () => new Date(now) });
});

async function sign(challenge: Pick<Challenge, 'gateway' | 'nonce'>, signer = wallet): Promise<string> {
  return await signer.signTypedData(ENROLMENT_DOMAIN, ENROLMENT_TYPES, enrolmentMessage(nodeId, challenge));
}

const unauthorized = expect.objectContaining({ code: 'unauthorized' });

describe('enrolment', () => {
  it('accepts the node that signed its challenge, once', async () => {
    const challenge = enrolment.challenge(nodeId);
    const answer = { nodeId, nonce: challenge.nonce, signature: await sign(challenge) };
    enrolment.verify(answer);
    expect(() => enrolment.verify(answer)).toThrow(unauthorized);
  });

  it('refuses the signature of another key', async () => {
    const challenge = enrolment.challenge(nodeId);
    const signature = await sign(challenge, new Wallet(`0x${'22'.repeat(32)}`));
    expect(() => enrolment.verify({ nodeId, nonce: challenge.nonce, signature })).toThrow(unauthorized);
  });

  it('refuses a signature that was given to another gateway', async () => {
    const { nonce } = enrolment.challenge(nodeId);
    const signature = await sign({ nonce, gateway: 'https://other.example' });
    expect(() => enrolment.verify({ nodeId, nonce, signature })).toThrow(unauthorized);
  });

  it('refuses a challenge that expired, was given to another node, or was never given', async () => {
    const expired = enrolment.challenge(nodeId);
    now += 121_000;
    const late = { nodeId, nonce: expired.nonce, signature: await sign(expired) };
    expect(() => enrolment.verify(late)).toThrow(unauthorized);
    const foreign = enrolment.challenge(`0x${'a'.repeat(40)}`);
    const signature = await sign(foreign);
    expect(() => enrolment.verify({ nodeId, nonce: foreign.nonce, signature })).toThrow(unauthorized);
    expect(() => enrolment.verify({ nodeId, nonce: 'f'.repeat(64), signature })).toThrow(unauthorized);
  });

  it('takes nonsense for a signature as a refusal', () => {
    const { nonce } = enrolment.challenge(nodeId);
    const signature = `0x${'ff'.repeat(65)}`;
    expect(() => enrolment.verify({ nodeId, nonce, signature })).toThrow(unauthorized);
  });
});
