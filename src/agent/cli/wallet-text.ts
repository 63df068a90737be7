import type { CreatedWords, WalletState } from '../../shared/wallet.ts';

/** The wallet for a terminal. */
export function walletText(wallet: WalletState): string {
  const { payoutAddress, address, problem, retryAt, signer, network } = wallet;
  const lines = [
    stateText(wallet),
    ...(address === null ? [] : [`Address: ${address}`]),
    ...(payoutAddress === null || payoutAddress === address ? [] : [`Earnings go to: ${payoutAddress}`]),
    network === null
      ? 'No network is configured, so nothing can be signed.'
      : `Network: ${network.name} (chain ${network.chainId}${network.test ? ', a test network: its GATA is worth nothing' : ''})`,
    ...(problem === null ? [] : [problem]),
    ...(retryAt === null ? [] : [`After wrong passwords the next may be tried at ${retryAt}.`]),
    ...(signer === null ? [] : [signer.detail]),
  ];
  return lines.join('\n');
}

function stateText({ state, autoLockAt }: WalletState): string {
  switch (state) {
    case 'none':
      return 'No wallet. "gata wallet watch ADDRESS" is enough to earn; "gata wallet create" makes one.';
    case 'watching':
      return 'Watching a payout address; its key is elsewhere.';
    case 'locked':
      return 'The wallet is locked.';
    case 'unlocked':
      return `The wallet is unlocked until ${autoLockAt ?? 'it is locked'}.`;
    case 'damaged':
      return 'The wallet file is damaged.';
  }
}

/** The words of a new wallet, which are shown this once. */
export function wordsText(words: readonly string[], { address }: CreatedWords): string {
  const numbered = words.map((word, index) => `${String(index + 1).padStart(2)}. ${word}`);
  return [
    'Write these words down, in this order, and keep them where nobody else sees them.',
    'Whoever has them has the wallet; without them and its file nobody can bring it back.',
    'They are shown only now.',
    '',
    ...numbered,
    '',
    `Its address: ${address}`,
  ].join('\n');
}
