import { Interface } from 'ethers';
import type { Database } from '../../src/gateway/store/database.ts';
import { CONTRACT_INTERFACES } from '../../src/shared/chain/contract-interfaces.ts';
import { ledgerSum } from './gateway-books.ts';
import type { SettlingNetwork } from './settling-network.ts';

const abi = new Interface([
  ...CONTRACT_INTERFACES.rewards.filter((line) => !line.startsWith('error')),
  ...CONTRACT_INTERFACES.escrow.filter((line) => !line.startsWith('error')),
  ...CONTRACT_INTERFACES.token.filter((line) => line.includes('transfer')),
]);

interface Sent {
  readonly name: string;
  readonly values: readonly unknown[];
  readonly isDone: boolean;
}

/** Every transaction of the account, in order. */
async function sentBy(network: SettlingNetwork, account: string): Promise<Sent[]> {
  const { provider } = network.anvil;
  const sent: Sent[] = [];
  const head = await provider.getBlockNumber();
  for (let height = 0; height <= head; height += 1) {
    const block = await provider.getBlock(height, true);
    for (const transaction of block?.prefetchedTransactions ?? []) {
      if (transaction.from !== account) continue;
      const receipt = await provider.getTransactionReceipt(transaction.hash);
      const parsed = abi.parseTransaction({ data: transaction.data });
      sent.push({
        name: parsed?.name ?? transaction.data.slice(0, 10),
        values: parsed?.args.toArray() ?? [],
        isDone: receipt?.status === 1,
      });
    }
  }
  return sent;
}

/** Compares a gateway's database with the chain that it settled on, transaction by transaction. */
export async function compareSettlement(
  db: Database,
  network: SettlingNetwork,
  acceptedWei: bigint,
): Promise<{
  readonly epochs: number;
  readonly claims: number;
  readonly settlerTransactions: number;
  readonly relayTransactions: number;
  readonly violations: readonly string[];
}> {
  const violations: string[] = [];
  const must = (isSo: boolean, what: string) => {
    if (!isSo) violations.push(what);
  };
  const epochs = await db.selectFrom('epochs').selectAll().orderBy('number').execute();
  const settled = await sentBy(network, network.settler.address);
  const relayed = await sentBy(network, network.relay.address);
  const called = (name: string) => settled.filter((each) => each.name === name);

  for (const { name, isDone } of settled) must(isDone, `${name} of the settler reverted`);
  const submitted = called('submitRoot').map(({ values }) => `${values[0]} ${values[1]} ${values[2]}`);
  // One that was frozen at the last moment may not be on its way yet.
  const isLastUnsent = submitted.length === epochs.length - 1 && epochs.at(-1)?.state === 'frozen';
  const frozen = epochs
    .slice(0, isLastUnsent ? -1 : undefined)
    .map((epoch) => `${epoch.number} ${epoch.root} ${epoch.promised_wei}`);
  must(epochs.length > 1, 'no epochs were settled');
  must(submitted.join() === frozen.join(), `roots on the chain: ${submitted}; in the database: ${frozen}`);
  must(called('makeLive').length <= epochs.length, 'a root was made live twice');
  must(
    epochs.every(({ state }, index) => state === 'live' || index === epochs.length - 1),
    'an epoch is not live',
  );
  const [epoch, root] = await network.contract('rewards').getFunction('liveRoot').staticCall();
  const live = epochs.findLast(({ state }) => state === 'live');
  must(Number(epoch) === live?.number && root === live.root, `epoch ${epoch} is live on the chain`);
  const cutAt = epochs.at(-1)?.cut_at ?? new Date(0);
  const forgotten = await db
    .selectFrom('usage')
    .select('job_id')
    .where('epoch', 'is', null)
    .where('finished_at', '<=', cutAt)
    .execute();
  must(forgotten.length === 0, `${forgotten.length} jobs have no epoch`);

  const [voucher, ...others] = await db.selectFrom('vouchers').selectAll().execute();
  const [cumulativeWei, bookedWei] = [voucher?.cumulative_wei, voucher?.charged_wei].map((wei) =>
    BigInt(wei ?? 0),
  );
  const charged: unknown = await network
    .contract('escrow')
    .getFunction('charged')
    .staticCall(voucher?.address, network.settler.address);
  must(others.length === 0 && (cumulativeWei ?? 0n) >= acceptedWei, 'a voucher was lost');
  must(charged === cumulativeWei && charged === bookedWei, `${charged} wei charged, ${bookedWei} booked`);
  must((await ledgerSum(db, '%')) === 0n, 'the ledger does not add up');
  must((await ledgerSum(db, 'vouchers')) === 0n, 'vouchers are open in the ledger');
  const nodes = -(await ledgerSum(db, 'distributor'));
  const charges = called('charge').length;
  // Each charge rounds for the nodes, by less than two wei.
  const share = ((bookedWei ?? 0n) * 80n) / 100n;
  must(nodes >= share && nodes <= share + BigInt(2 * charges), `nodes got ${nodes} wei of ${bookedWei}`);
  const funded = called('transfer').reduce((sum, { values }) => sum + BigInt(String(values[1])), 0n);
  const promised = BigInt(epochs.at(-1)?.promised_wei ?? 0);
  must(funded <= promised, `the settler paid ${funded} wei for promises of ${promised}`);

  const claims = await db.selectFrom('relayed_claims').selectAll().execute();
  for (const claim of claims) {
    must(claim.state !== 'waiting', `the claim of ${claim.account} still waits: ${claim.detail}`);
  }
  const done = relayed.filter(({ isDone }) => isDone).length;
  const named = new Set(claims.map(({ transaction_hash: hash }) => hash).filter((hash) => hash !== null));
  must(done === named.size, `${done} claims were paid by transactions, the database knows ${named.size}`);
  const attempts = claims.reduce((sum, claim) => sum + claim.attempts, 0);
  must(relayed.length === done + attempts, `${relayed.length - done} of the relay's transactions reverted`);
  return {
    epochs: epochs.length,
    claims: claims.length,
    settlerTransactions: settled.length,
    relayTransactions: relayed.length,
    violations,
  };
}
