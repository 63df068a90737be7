import type { Governance } from '../../src/shared/governance.ts';
import type { WalletState } from '../../src/shared/wallet.ts';
import type { StakingView, WalletChainView, WalletOverview } from '../../src/shared/wallet-overview.ts';
import type {
  ActionPlan,
  OperationView,
  PlanFee,
  WalletAction,
} from '../../src/shared/wallet-transactions.ts';

export const ACCOUNT = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const HASH = `0x${'ab'.repeat(32)}`;

/** So many GATA in wei. */
export function gata(amount: number): string {
  return String(BigInt(Math.round(amount * 1e6)) * 10n ** 12n);
}

export function walletState(change: Partial<WalletState> = {}): WalletState {
  return {
    state: 'unlocked',
    address: ACCOUNT,
    payoutAddress: ACCOUNT,
    autoLockAt: new Date(Date.now() + 600_000).toISOString(),
    retryAt: null,
    problem: null,
    signer: { isolated: true, detail: 'The signer runs in bubblewrap, without network.' },
    network: { name: 'Gata test network', test: true, chainId: 31_337 },
    ...change,
  };
}

export function planFee(change: Partial<PlanFee> = {}): PlanFee {
  return {
    gas: '95000',
    gasPriceWei: '1000000000',
    nativeWei: '95000000000000',
    nativeSymbol: 'tBNB',
    gataWei: gata(0.57),
    money: { currency: 'EUR', amount: 0.057 },
    ...change,
  };
}

export function stakingView(change: Partial<StakingView> = {}): StakingView {
  return {
    stakedWei: gata(500),
    totalStakedWei: gata(1_000_000),
    unbonding: [],
    withdrawableWei: '0',
    heldForSlashWei: '0',
    tier: 1,
    votesWei: gata(500),
    delegate: ACCOUNT,
    unbondingSeconds: 7 * 86_400,
    yearlyReturn: 0.084,
    rewardsLastSeconds: 90 * 86_400,
    ...change,
  };
}

export function walletChain(change: Partial<WalletChainView> = {}): WalletChainView {
  return {
    lookedAt: new Date().toISOString(),
    ledger: {
      account: ACCOUNT,
      block: 4242,
      earnedWei: gata(1234.5),
      pendingWei: gata(10.5),
      waitingWei: gata(24),
      claimableWei: gata(200),
      claimedWei: gata(1000),
      claimedHereWei: gata(1000),
      walletWei: gata(450),
      stakeWei: gata(500),
      stakedHereWei: gata(490),
      stakingRewardsWei: gata(10),
    },
    staking: stakingView(),
    nativeWei: '20000000000000000',
    claim: { fee: planFee(), relayed: false, notWorthIt: null },
    ...change,
  };
}

export function walletOverview(change: Partial<WalletOverview> = {}): WalletOverview {
  return {
    wallet: walletState(),
    token: { symbol: 'GATA', decimals: 18 },
    nativeSymbol: 'tBNB',
    explorerUrl: 'https://explorer.example',
    chain: walletChain(),
    problem: null,
    operations: [],
    statements: { comparedAt: new Date().toISOString(), receipts: 321, difference: null },
    ...change,
  };
}

/** A wallet that nobody has set up. */
export function noWallet(): WalletOverview {
  const wallet = walletState({
    state: 'none',
    address: null,
    payoutAddress: null,
    autoLockAt: null,
    signer: null,
  });
  return walletOverview({ wallet, chain: null, statements: null });
}

export function actionPlan(action: WalletAction, change: Partial<ActionPlan> = {}): ActionPlan {
  return {
    confirmationId: crypto.randomUUID(),
    expiresAt: new Date(Date.now() + 120_000).toISOString(),
    account: ACCOUNT,
    action,
    summary: `Do "${action.kind}".`,
    amountWei: action.kind === 'claim' || action.kind === 'claim-and-stake' ? gata(200) : null,
    calls: [{ name: 'rewards.claim', to: `0x${'11'.repeat(20)}`, data: '0x' }],
    fee: planFee(),
    relayed: false,
    warnings: [],
    ...change,
  };
}

export function operationView(change: Partial<OperationView> = {}): OperationView {
  return {
    id: crypto.randomUUID(),
    at: new Date().toISOString(),
    account: ACCOUNT,
    action: { kind: 'claim' },
    state: 'done',
    detail: null,
    transactions: [
      {
        hash: HASH,
        nonce: 3,
        purpose: 'call',
        call: 'rewards.claim',
        block: 4200,
        succeeded: true,
        feeWei: '73367000000000',
        explorerUrl: `https://explorer.example/tx/${HASH}`,
      },
    ],
    effects: { claimedWei: gata(100), stakedWei: '0', withdrawnWei: '0' },
    unsigned: null,
    relayed: false,
    ...change,
  };
}

export function governance(change: Partial<Governance> = {}): Governance {
  return {
    block: 4242,
    token: { symbol: 'GATA', decimals: 18 },
    account: ACCOUNT,
    stakedWei: gata(500),
    votesWei: gata(500),
    delegate: ACCOUNT,
    proposalThresholdWei: gata(100),
    votingDelaySeconds: 86_400,
    votingPeriodSeconds: 5 * 86_400,
    timelockSeconds: 2 * 86_400,
    parameters: {
      feeSplit: { nodes: 8000, protocol: 500, stakers: 1500 },
      rewardWeights: {
        usage: 7000,
        availabilityPerGpuHourWei: gata(0.25),
        availabilityPerEpochWei: gata(10_000),
      },
      modelTypes: [
        { kind: 'text.generate', admitted: true, rewardWeight: 10_000 },
        { kind: 'embedding', admitted: true, rewardWeight: 10_000 },
      ],
    },
    proposals: [],
    more: false,
    ...change,
  };
}
