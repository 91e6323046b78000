import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { UnreadableFeed, type Parameter } from './payload-parameters.js';

/** An element: text, or attributes ("@_name") and children by name; undefined is left out. */
export type XmlValue = string | undefined | XmlElement | readonly (string | XmlElement)[];
export interface XmlElement {
  [name: string]: XmlValue;
}

/** A file larger than this is no feed of ours. */
const MAX_CHARACTERS = 16 * 1024 * 1024;
const MAX_DEPTH = 12;

const builder = new XMLBuilder({
  ignoreAttributes: false,
  format: true,
  suppressBooleanAttributes: false,
  // Escaped here, once: the builder writes a carriage return as it is, and readers would lose it.
  processEntities: false,
  tagValueProcessor: (_name, value) => escapeXml(String(value), /[&<>\r]/g),
  attributeValueProcessor: (_name, value) => escapeXml(String(value), /[&<>"'\t\n\r]/g),
});

export function writeXml(root: XmlElement): string {
  const declaration = { '@_version': '1.0', '@_encoding': 'UTF-8' };
  return builder.build({ '?xml': declaration, ...root });
}

/** Characters that XML 1.0 cannot hold in any form. */
const IMPOSSIBLE = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const NAME_OF = new Map(Object.entries(NAMED).map(([name, character]) => [character, name]));

function escapeXml(text: string, special: RegExp): string {
  return text
    .replace(IMPOSSIBLE, '\u{fffd}')
    .replace(special, (one) => `&${NAME_OF.get(one) ?? `#${one.charCodeAt(0)}`};`);
}

/** Only the five names of XML itself and numbers: nothing that a file defines is ever expanded. */
function decodeXml(text: string): string {
  return text.replace(/&([^;&\s]{0,10});?/g, (reference, name: string) => {
    const character = NAMED[name] ?? numbered(name);
    if (!character || !reference.endsWith(';'))
      throw new UnreadableFeed('an entity that XML does not define');
    return character;
  });
}

function numbered(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? [];
  const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
  if (Number.isNaN(code) || code > 0x10ffff) return undefined;
  const character = String.fromCodePoint(code);
  return character.search(IMPOSSIBLE) < 0 ? character : undefined;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: MAX_DEPTH,
  // Every element as a list: how often something is said is for the reader to judge.
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
  entityDecoder: {
    decode: decodeXml,
    setExternalEntities: () => undefined,
    addInputEntities: () => undefined,
    reset: () => undefined,
    setXmlVersion: () => undefined,
  },
});

/** An element as it was read. */
export class ReadElement {
  /** Lists of children by name, attributes as "@_name", and "#text". */
  private readonly parts: Record<string, unknown>;

  constructor(node: unknown) {
    this.parts =
      typeof node === 'object' && node !== null
        ? (node as Record<string, unknown>)
        : { '#text': node };
  }

  all(name: string): ReadElement[] {
    const children = Object.hasOwn(this.parts, name) ? this.parts[name] : undefined;
    return Array.isArray(children) ? children.map((child) => new ReadElement(child)) : [];
  }

  /** @throws UnreadableFeed unless there is exactly one. */
  one(name: string): ReadElement {
    const found = this.all(name);
    if (found.length !== 1) throw new UnreadableFeed(`there must be one "${name}"`);
    return found[0]!;
  }

  /** The text of the one child of that name. */
  text(name: string): string {
    return this.one(name).ownText;
  }

  /** @throws UnreadableFeed unless it holds a text, or nothing. */
  get ownText(): string {
    const text = this.parts['#text'] ?? '';
    if (typeof text !== 'string') throw new UnreadableFeed('an element holds no text');
    return text;
  }

  attribute(name: string): string | undefined {
    const value = this.parts[`@_${name}`];
    return typeof value === 'string' ? value : undefined;
  }

  /**
   * Whatever else a file says, some other program might show: it is refused, however deep it stands.
   * @param names of elements below this one, and of their attributes ("@_name")
   * @param own names of this one's attributes
   * @throws UnreadableFeed at another name, and at a text beside elements
   */
  requireOnly(names: ReadonlySet<string>, own: ReadonlySet<string> = names): void {
    const { '#text': text = '', ...named } = this.parts;
    const elements = Object.keys(named).filter((name) => !name.startsWith('@_'));
    const attributes = Object.keys(named).filter((name) => name.startsWith('@_'));
    const known =
      elements.every((name) => names.has(name)) && attributes.every((name) => own.has(name));
    const mixed = elements.length > 0 && String(text).trim() !== '';
    if (!known || mixed) throw new UnreadableFeed('the file says more than Campana writes');
    for (const name of elements) for (const child of this.all(name)) child.requireOnly(names);
  }

  /** Pairs of a name and a value, as CAP writes parameters. */
  pairs(name: string, prefix = ''): Parameter[] {
    return this.all(name).map(
      (pair) => [pair.text(`${prefix}valueName`), pair.text(`${prefix}value`)] as const,
    );
  }
}

/**
 * The root element of a file that anybody may have written.
 * @throws UnreadableFeed when it is too large, not well formed, declares entities, instructs programs
 *   or has another root.
 */
export function readXml(xml: string, rootName: string, namespace: string): ReadElement {
  if (xml.length > MAX_CHARACTERS) throw new UnreadableFeed('the file is too large');
  if (/<![DE]/i.test(xml)) throw new UnreadableFeed('the file declares entities');
  if (/<\?(?!xml\s)/.test(xml)) throw new UnreadableFeed('the file has instructions for programs');
  if (XMLValidator.validate(xml) !== true) throw new UnreadableFeed('the file is not XML');
  const root = new ReadElement(parsed(xml)).one(rootName);
  if (root.attribute('xmlns') !== namespace) throw new UnreadableFeed(`the file is no ${rootName}`);
  return root;
}

function parsed(xml: string): unknown {
  try {
    return parser.parse(xml);
  } catch (error) {
    throw error instanceof UnreadableFeed ? error : new UnreadableFeed('the file is not XML');
  }
}
