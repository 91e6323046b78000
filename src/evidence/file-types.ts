/** What evidence may be, by what it holds; a name or a declared type says nothing. */
export const EVIDENCE_TYPES = ['JPEG', 'PNG', 'WEBP', 'HEIC', 'PDF'] as const;
export type EvidenceType = (typeof EVIDENCE_TYPES)[number];

export const MEDIA_TYPES = {
  JPEG: 'image/jpeg',
  PNG: 'image/png',
  WEBP: 'image/webp',
  HEIC: 'image/heic',
  PDF: 'application/pdf',
} as const satisfies Record<EvidenceType, string>;

export const MAX_FILE_BYTES = 15 * 1024 * 1024;
/** A telephone's 48-megapixel picture fits; beyond that a few kilobytes may unpack into gigabytes. */
export const MAX_PIXELS = 64_000_000;
export const MAX_SIDE = 20_000;
export const MAX_PAGES = 60;

/** Pixels. */
export interface Size {
  width: number;
  height: number;
}
