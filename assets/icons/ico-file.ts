const FOLDER_BYTES = 6;
const ENTRY_BYTES = 16;

/** A Windows icon file of PNG images (Windows Vista and newer read them), smallest first. */
export function icoFile(images: readonly { readonly size: number; readonly png: Buffer }[]): Buffer {
  const head = Buffer.alloc(FOLDER_BYTES + ENTRY_BYTES * images.length);
  head.writeUInt16LE(1, 2); // an icon, not a cursor
  head.writeUInt16LE(images.length, 4);
  let offset = head.byteLength;
  for (const [index, { size, png }] of images.entries()) {
    const entry = FOLDER_BYTES + ENTRY_BYTES * index;
    head.writeUInt8(size % 256, entry); // 0 stands for 256
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4); // colour planes
    head.writeUInt16LE(32, entry + 6); // bits a pixel
    head.writeUInt32LE(png.byteLength, entry + 8);
    head.writeUInt32LE(offset, entry + 12);
    offset += png.byteLength;
  }
  return Buffer.concat([head, ...images.map((image) => image.png)]);
}
