import { describe, expect, test } from 'vitest';
import { EndpointChannel } from '../../src/main/endpoint-channel.ts';
import { ENDPOINT_CHANNEL } from '../../src/shared/shell-contract.ts';
import { FakeIpcMain } from '../support/fake-electron.ts';

const endpoint = { baseUrl: 'http://127.0.0.1:7420', token: 'secret' };

describe('the endpoint channel', () => {
  test('answers the dashboard', async () => {
    const ipc = new FakeIpcMain();
    new EndpointChannel(ipc, () => endpoint);
    expect(await ipc.invokeFrom('app://gata/', ENDPOINT_CHANNEL)).toEqual(endpoint);
  });

  test('gives the token to no other page', async () => {
    const ipc = new FakeIpcMain();
    new EndpointChannel(ipc, () => endpoint);
    for (const url of ['https://gata.example/', 'app://other/', 'about:blank']) {
      await expect(ipc.invokeFrom(url, ENDPOINT_CHANNEL)).rejects.toMatchObject({ code: 'forbidden' });
    }
  });

  test('closes with its owner', () => {
    const ipc = new FakeIpcMain();
    new EndpointChannel(ipc, () => null)[Symbol.dispose]();
    expect(ipc.handlers.size).toBe(0);
  });
});
