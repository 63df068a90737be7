/** A wallet's beginning, its lock, its password and its backup. */
export const walletKeys = {
  title: 'Wallet on this computer',
  close: 'Close',
  back: 'Back',
  next: 'Continue',
  done: 'Done',
  secret: {
    show: 'Show',
    hide: 'Hide',
    showLabel: 'Show: {{label}}',
    hideLabel: 'Hide: {{label}}',
  },
  password: {
    label: 'Password',
    missing: 'Type the password.',
    wait: 'Too many wrong passwords. You can try the next one in {{time}}.',
  },
  unlock: {
    title: 'Unlock your wallet',
    intro: 'Needed to sign. Looking at your balances never needs the password.',
    forgotten:
      'Forgotten it? Nobody can bring it back. Forget the wallet here, then import your words or your private key with a new password.',
    action: 'Unlock',
    unlocking: 'Unlocking',
  },
  damaged: {
    help: 'Import a backup of the wallet file, your words or your private key. The damaged file is kept beside it, and your coins are on the chain, not in the file.',
  },
  payout: {
    label: 'Payout address',
    help: 'Paste it from your wallet or exchange. It starts with 0x.',
    missing: 'Paste an address.',
    save: 'Save address',
    saving: 'Saving',
  },
  lock: { now: 'Lock now' },
  setup: {
    title: 'Where should your earnings go?',
  },
};
