/** A wallet's beginning, its lock, its password and its backup. */
export const walletKeys = {
  title: 'Wallet on this computer',
};
