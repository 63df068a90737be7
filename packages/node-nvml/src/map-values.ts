/** The same keys with other values. */
export function mapValues<Key extends string, From, To>(
  record: Readonly<Record<Key, From>>,
  change: (value: From) => To,
): Record<Key, To> {
  const mapped: Partial<Record<Key, To>> = {};
  let key: Key;
  for (key in record) mapped[key] = change(record[key]);
  if (!hasKeysOf(record, mapped)) throw new Error('A key got lost.');
  return mapped;
}

function hasKeysOf<Key extends string, Value>(
  record: Readonly<Record<Key, unknown>>,
  mapped: Partial<Record<Key, Value>>,
): mapped is Record<Key, Value> {
  return Object.keys(record).every((key) => key in mapped);
}
