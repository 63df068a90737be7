import { z } from 'zod';

/** An address on the chain, in any case; whoever uses one checks its checksum. */
export const chainAddressSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'must be 0x and 40 hexadecimal digits')
  .refine((address) => !/^0x0{40}$/.test(address), 'must not be the zero address');

/** Plain HTTP only to this machine: an answer on the way could be forged. */
const rpcUrlSchema = z
  .url()
  .refine(
    (url) => /^https:\/\//.test(url) || /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$)/.test(url),
    'must be https, or http on this machine',
  );

/**
 * A network as the app knows it: its chain, and where the contracts are. Made by `npm run contracts:deploy`; nothing
 * in the app names an address by itself.
 */
export const networkProfileSchema = z.object({
  schemaVersion: z.literal(1),
  name: z.string().min(1).max(64),
  /** Its GATA is worth nothing. */
  test: z.boolean(),
  chainId: z.int().positive(),
  /** Several are asked and must agree; the first is preferred. */
  rpcUrls: z.array(rpcUrlSchema).min(1).max(8),
  /** For links; `/tx/<hash>` and `/address/<address>` are appended. */
  explorerUrl: z.url().nullable(),
  /** The chain's own coin, which pays for gas. */
  nativeSymbol: z.string().min(1).max(12),
  token: z.object({
    address: chainAddressSchema,
    symbol: z.string().min(1).max(12),
    decimals: z.int().min(0).max(36),
  }),
  contracts: z.object({
    rewards: chainAddressSchema,
    staking: chainAddressSchema,
    escrow: chainAddressSchema,
    parameters: chainAddressSchema,
    models: chainAddressSchema,
    governor: chainAddressSchema,
    timelock: chainAddressSchema,
  }),
  /** The block of the first of them. */
  deployedAtBlock: z.int().nonnegative(),
});
export type NetworkProfile = z.infer<typeof networkProfileSchema>;
