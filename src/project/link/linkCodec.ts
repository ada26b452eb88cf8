import { deflateSync, strFromU8, strToU8 } from 'fflate';
import * as v from 'valibot';
import { crc32 } from '../../base/crc32.ts';
import { ByteReader, ByteWriter } from '../../base/varintBytes.ts';
import { parseDifference } from '../../settings/difference.ts';
import { inflateBounded } from '../formats/boundedInflate.ts';
import { joinBytes } from '../joinBytes.ts';
import { fromBase64Url, toBase64Url } from './base64Url.ts';
import { LinkFormatError } from './linkFormatError.ts';
import { decodeStrokes, encodeStrokes, type LinkLabels } from './linkStrokes.ts';
import { settingsChanges, settingsWith } from './settingsChanges.ts';
import { type LinkFacts, type LinkStart, linkFactsSchema, type SharedLink } from './sharedLink.ts';

/** Version of links; one more whenever an older page would read one otherwise, changed defaults included. */
const LINK_VERSION = 1;

/** Most characters of a link's fragment: what mail, chats and slides still pass on in one piece. */
export const MAX_FRAGMENT_LENGTH = 8 * 1024;

/** More than an honest link of {@link MAX_FRAGMENT_LENGTH} holds. */
const MAX_CONTENT_BYTES = 128 * 1024;

/** Level 9 would make links 5 % shorter and take six times as long. */
const DEFLATE_LEVEL = 6;

const FRAGMENT = /^#x=(\d{1,6})\.([\w-]*)$/;

export const NEWER_LINK = 'This link was made with a newer version of the page: reload the page, then open it again.';
export const DAMAGED_LINK = 'This link is damaged or was cut off, so the page opened as usual.';

/** A link's fragment, `#x=…`, where it is short enough. */
export type EncodedLink = { readonly type: 'fits'; readonly fragment: string } | { readonly type: 'tooLong' };

// Layout of the content, which is deflated: varint length of the text, the text (JSON), then strokes if there are any.
// In front of what was deflated stands its checksum, four bytes: a link that was cut off never opens with half its labels.

/** Writes a link. `strokes`: its labels as `encodeStrokes` writes them, for those who have them already. */
export function encodeLink(
  link: SharedLink,
  strokes = link.labels === null ? new Uint8Array() : encodeStrokes(link.labels),
): EncodedLink {
  const facts = strToU8(JSON.stringify(factsOf(link)));
  const head = new ByteWriter();
  head.varint(facts.length);
  const content = joinBytes([head.finish(), facts, strokes]);
  // What a page would not read back is too long, however well it deflates.
  if (content.length > MAX_CONTENT_BYTES) return { type: 'tooLong' };
  const fragment = `#x=${LINK_VERSION}.${toBase64Url(sealed(deflateSync(content, { level: DEFLATE_LEVEL })))}`;
  return fragment.length <= MAX_FRAGMENT_LENGTH ? { type: 'fits', fragment } : { type: 'tooLong' };
}

/** A page's fragment as a link. `null`: it is none. A `problem` is one sentence for a person. Never throws. */
export function readLink(fragment: string): { readonly link: SharedLink } | { readonly problem: string } | null {
  if (!fragment.startsWith('#x=')) return null;
  const [, version, letters] = FRAGMENT.exec(fragment) ?? [];
  if (version === undefined || letters === undefined) return { problem: DAMAGED_LINK };
  if (Number(version) > LINK_VERSION) return { problem: NEWER_LINK };
  if (Number(version) !== LINK_VERSION || fragment.length > MAX_FRAGMENT_LENGTH) return { problem: DAMAGED_LINK };
  const packed = opened(fromBase64Url(letters) ?? new Uint8Array());
  const link = packed && readPacked(packed);
  return link === null ? { problem: DAMAGED_LINK } : { link };
}

/** Bytes behind their checksum. */
function sealed(packed: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + packed.length);
  new DataView(bytes.buffer).setUint32(0, crc32(packed));
  bytes.set(packed, 4);
  return bytes;
}

/** The inverse of {@link sealed}; `null` where the checksum does not match. */
function opened(bytes: Uint8Array<ArrayBuffer>): Uint8Array | null {
  if (bytes.length < 4) return null;
  const packed = bytes.subarray(4);
  return new DataView(bytes.buffer).getUint32(0) === crc32(packed) ? packed : null;
}

/** The link in deflated bytes, whoever made them; `null` where there is none. Exported for its tests. */
export function readPacked(packed: Uint8Array): SharedLink | null {
  const pieces: Uint8Array[] = [];
  try {
    const length = inflateBounded('raw', [packed], MAX_CONTENT_BYTES, (piece) => pieces.push(piece));
    return length > MAX_CONTENT_BYTES ? null : readContent(joinBytes(pieces));
  } catch {
    return null;
  }
}

/** Throws for what is no link. */
function readContent(content: Uint8Array): SharedLink {
  const reader = new ByteReader(content, (problem) => new LinkFormatError(problem));
  const text = strFromU8(reader.bytes(reader.varint()));
  const facts = v.parse(linkFactsSchema, JSON.parse(text));
  const labels = reader.remaining === 0 ? null : decodeStrokes(reader.bytes(reader.remaining));
  checkClasses(facts.classes, labels);
  return {
    picture: facts.picture,
    workingSizePx: facts.size,
    classes: facts.classes,
    settings: settingsWith(facts.settings),
    base: facts.base,
    labels,
    lesson: facts.lesson,
    hiddenPanels: facts.hidden,
    labPanel: facts.lab,
    start: startOf(facts.train),
    ...(facts.compared !== undefined && { compared: parseDifference(facts.compared) }),
  };
}

function checkClasses(classes: SharedLink['classes'], labels: LinkLabels | null): void {
  if (classes === null || labels === null) return;
  const ids = new Set(classes.map(({ id }) => id));
  const isStrange = labels.strokes.some(({ strokeId, classId }) => strokeId > 0 && !ids.has(classId));
  if (isStrange) throw new LinkFormatError('labels with a class that is not in its list');
}

function factsOf(link: SharedLink): LinkFacts {
  const { picture, workingSizePx, classes, base, lesson, hiddenPanels, labPanel, start, compared } = link;
  const settings = settingsChanges(link.settings);
  return {
    picture,
    ...(workingSizePx !== 512 && { size: workingSizePx }),
    ...(classes !== null && { classes: [...classes] }),
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(base !== 'starter' && { base }),
    ...(lesson !== null && { lesson }),
    ...(hiddenPanels.length > 0 && { hidden: [...hiddenPanels] }),
    ...(labPanel !== null && { lab: labPanel }),
    ...(compared !== undefined && { compared }),
    ...(start.type === 'train' && { train: start.steps ?? true }),
  };
}

function startOf(train: boolean | number): LinkStart {
  if (train === false) return { type: 'wait' };
  return { type: 'train', steps: train === true ? null : train };
}
