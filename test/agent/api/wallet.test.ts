import { Wallet } from 'ethers';
import { expect, it } from 'vitest';
import { sealSignerSecret } from '../../../src/shared/seal-signer-secret.ts';
import { walletKeySchema, walletStateSchema } from '../../../src/shared/wallet.ts';
import { startTestApi } from '../../support/api-server.ts';
import { builtSigner } from '../../support/built-program.ts';

const ADDRESS = new Wallet(`0x${'5c'.repeat(32)}`).address;
const PASSWORD = 'quittung sofa marzipan pendel';
const ROUTES = [
  ['GET', '/v1/wallet'],
  ['GET', '/v1/wallet/overview'],
  ['GET', '/v1/wallet/ledger'],
  ['GET', '/v1/wallet/operations'],
  ['POST', '/v1/wallet/operations'],
  ['POST', '/v1/wallet/plans'],
  ['POST', '/v1/wallet/key'],
  ['PUT', '/v1/wallet/payout-address'],
  ['POST', '/v1/wallet/create'],
  ['POST', '/v1/wallet/confirm-words'],
  ['POST', '/v1/wallet/import'],
  ['POST', '/v1/wallet/unlock'],
  ['POST', '/v1/wallet/lock'],
  ['POST', '/v1/wallet/change-password'],
  ['GET', '/v1/wallet/keystore'],
  ['POST', '/v1/wallet/forget'],
] as const;

it('lets only the user at the wallet: no launcher, no reader, no web page', async () => {
  await using api = await startTestApi();
  for (const [method, path] of ROUTES) {
    for (const token of [api.tokens.launcher, api.tokens.read]) {
      expect((await api.request(method, path, { token })).status, path).toBe(403);
    }
    expect((await api.request(method, path, { token: null })).status, path).toBe(401);
    const headers = { authorization: `Bearer ${api.tokens.ui}`, origin: 'https://example.org' };
    expect((await fetch(api.url + path, { method, headers })).status, path).toBe(403);
  }
});

it('shows the state, takes a payout address and sealed secrets, and gives the file back', async () => {
  await builtSigner();
  await using api = await startTestApi();
  const state = async () => walletStateSchema.parse(await (await api.request('GET', '/v1/wallet')).json());
  expect(await state()).toMatchObject({ state: 'none', network: { name: 'Test network', test: true } });

  const mistyped = { address: `${ADDRESS.slice(0, -1)}${ADDRESS.endsWith('0') ? '1' : '0'}` };
  const refused = await api.request('PUT', '/v1/wallet/payout-address', { body: mistyped });
  expect([400, await refused.json()]).toEqual([
    refused.status,
    { error: expect.objectContaining({ message: expect.stringContaining('checksum') }) },
  ]);
  await api.request('PUT', '/v1/wallet/payout-address', { body: { address: ADDRESS } });
  expect(await state()).toMatchObject({ state: 'watching', payoutAddress: ADDRESS });
  expect(api.settings.current.wallet.payoutAddress).toBe(ADDRESS);
  // It is checked by its own route only.
  const around = { wallet: { payoutAddress: `0x${'1'.repeat(40)}` } };
  expect((await api.request('PATCH', '/v1/settings', { body: around })).status).toBe(400);

  const { boxKey } = walletKeySchema.parse(await (await api.request('POST', '/v1/wallet/key')).json());
  const from = { kind: 'private-key' as const, privateKey: '5c'.repeat(32) };
  const box = await sealSignerSecret('import', { password: PASSWORD, from }, boxKey);
  expect((await api.request('POST', '/v1/wallet/import', { body: { box } })).status).toBe(200);
  expect(await state()).toMatchObject({ state: 'unlocked', address: ADDRESS });
  const exported: unknown = await (await api.request('GET', '/v1/wallet/keystore')).json();
  expect(exported).toMatchObject({ fileName: `gata-wallet-${ADDRESS}.json` });
  expect(await (await api.request('POST', '/v1/wallet/lock')).json()).toMatchObject({ state: 'locked' });
  const forgotten = await api.request('POST', '/v1/wallet/forget', { body: { address: ADDRESS } });
  expect(await forgotten.json()).toEqual({ keptAs: expect.stringMatching(/^wallet\.forgotten-/) });
  expect((await api.request('GET', '/v1/wallet/keystore')).status).toBe(404);
});
