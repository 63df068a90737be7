import { decodeEntities } from './xml-attributes.ts';

export interface XmlText {
  readonly name: string;
  /** What stands between the name and `>`. */
  readonly attributes: string;
  readonly text: string;
}

/**
 * No part of it can match the same characters in two ways, and none runs over a `<`: so it takes linear time.
 * Elements that hold others have no text before those, and are passed over.
 */
const ELEMENT = /<([A-Za-z][\w.:-]{0,99})((?:\s[^<>]{0,1000})?)>([^<]{1,4000})<\/[A-Za-z]/g;

/**
 * Elements of an XML document that hold text only, in their order, entities decoded; for a few values of a small file
 * (see `xmlElements` for why there is no XML parser). Never throws.
 */
export function* xmlTexts(document: string): Generator<XmlText> {
  for (const [, name = '', attributes = '', text = ''] of document.matchAll(ELEMENT)) {
    const trimmed = decodeEntities(text).trim();
    if (trimmed !== '') yield { name, attributes, text: trimmed };
  }
}
