import { ProtobufError, protobufFields } from './protobuf-fields.ts';

/** What is needed of one product in Battle.net's `product.db`. */
export interface BattlenetProduct {
  /** Tells installations apart: `wow`, `wow_classic`, `prometheus`, … */
  readonly uid: string;
  readonly code: string;
  readonly folder: string;
  /** False: it is still being installed and cannot be played yet. Files that do not say count as true. */
  readonly playable: boolean;
}

const PRODUCTS_LIMIT = 1_000;
const TEXT_BYTES_LIMIT = 4096;

/**
 * Reads `ProgramData\Battle.net\Agent\product.db`, a Protocol Buffers message. Blizzard does not publish its schema;
 * this is the part of it in which TACTLib (`ProtoDatabase.proto`), bnetlauncher and blizzard-product-parser agree:
 *
 *     ProductDb { repeated ProductInstall = 1 }
 *     ProductInstall { uid = 1, product_code = 2, settings = 3 { install_path = 1 },
 *                      cached_product_state = 4 { base_product_state = 1 { installed = 1, playable = 2 } } }
 * @throws ProtobufError
 */
export function parseBattlenetProducts(bytes: Buffer): readonly BattlenetProduct[] {
  const products: BattlenetProduct[] = [];
  for (const { number, value } of protobufFields(bytes)) {
    if (number !== 1 || typeof value === 'number') continue;
    if (products.length === PRODUCTS_LIMIT) throw new ProtobufError('holds too many products');
    products.push(productOf(value));
  }
  return products;
}

function productOf(bytes: Buffer): BattlenetProduct {
  return {
    uid: textAt(bytes, [1]),
    code: textAt(bytes, [2]),
    folder: textAt(bytes, [3, 1]),
    playable: valueAt(bytes, [4, 1, 1]) !== 0 || valueAt(bytes, [4, 1, 2]) === 1,
  };
}

function textAt(bytes: Buffer, path: readonly number[]): string {
  const value = valueAt(bytes, path);
  return Buffer.isBuffer(value) && value.length <= TEXT_BYTES_LIMIT ? value.toString('utf8') : '';
}

/** Of a field that is there twice the last counts, as the wire format wants it. */
function valueAt(bytes: Buffer, [first, ...rest]: readonly number[]): number | Buffer | undefined {
  let found: number | Buffer | undefined;
  for (const { number, value } of protobufFields(bytes)) if (number === first) found = value;
  if (rest.length === 0) return found;
  return Buffer.isBuffer(found) ? valueAt(found, rest) : undefined;
}
