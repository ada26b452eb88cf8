/** Fields of the ZIP format that writer and reader share (APPNOTE.TXT 6.3.10, sections 4.3 and 4.4). */
export const LOCAL_HEADER = { signature: 0x0403_4b50, bytes: 30 } as const;
export const CENTRAL_HEADER = { signature: 0x0201_4b50, bytes: 46 } as const;
export const END_RECORD = { signature: 0x0605_4b50, bytes: 22 } as const;

export const METHOD_STORED = 0;
export const METHOD_DEFLATED = 8;

/** General purpose bit 0: the entry has a password. */
export const FLAG_ENCRYPTED = 0x0001;
/** General purpose bit 11: the name is UTF-8. */
export const FLAG_UTF8 = 0x0800;

/** Most bytes of an archive, and of what its entries unpack to: what a page's memory can take. */
export const MAX_ARCHIVE_BYTES = 2 ** 31;

/** Most entries that the end record can count. */
export const MAX_ENTRIES = 0xffff;
