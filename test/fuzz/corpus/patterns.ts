/** Patterns of tokenisers that are in wide use (GPT-2, cl100k and Llama 3, o200k, Qwen 2, BLOOM, DeepSeek). */
export const KNOWN_PATTERNS: readonly string[] = [
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  ' ?[^(\\s|[.,!?…。，、।۔،])]+',
  '[!"#$%&\'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+',
  '[一-龥぀-ゟ゠-ヿ]+',
  ' {2,}',
  '\\p{N}{1,3}',
  '(?<=[^\\w\\s])|(?=[^\\w\\s])',
];

/** Patterns that could hang a worker, or that cannot be judged. */
export const HOSTILE_PATTERNS: readonly { readonly pattern: string; readonly says: RegExp }[] = [
  { pattern: '(a+)+$', says: /several ways/ },
  { pattern: '(a*)*b', says: /several ways/ },
  { pattern: '(a|a)*b', says: /several ways/ },
  { pattern: '(?:a|aa)+$', says: /several ways/ },
  { pattern: '(\\w+\\s?)*$', says: /several ways/ },
  { pattern: '(a?){64}a{64}', says: /several ways/ },
  { pattern: 'a*a*a*a*a*b', says: /in a row/ },
  { pattern: '.*.*.*=', says: /in a row/ },
  { pattern: '(a)\\1+', says: /refers back/ },
  { pattern: '(?<name>a)\\k<name>', says: /refers back/ },
  { pattern: 'a{100000}', says: /allowed/ },
  { pattern: 'a++', says: /repeated already/ },
  { pattern: '(a', says: /without an end/ },
  { pattern: '[a', says: /without an end/ },
  { pattern: 'a)', says: /does not open/ },
  { pattern: '('.repeat(100), says: /deep/ },
  { pattern: 'a'.repeat(5000), says: /allowed/ },
  { pattern: '\\X+', says: /not known/ },
  { pattern: '(?(1)a|b)', says: /unknown kind/ },
];
