/** The Wallet screen: balances, claiming, staking, unbonding, activity. */
export const wallet = {
  title: 'Wallet',
};
