/** What is read of a school, whatever a file calls its columns. */
export type SchoolColumn =
  | 'id'
  | 'districtId'
  | 'name'
  | 'street'
  | 'city'
  | 'state'
  | 'zip'
  | 'county'
  | 'latitude'
  | 'longitude'
  | 'level'
  | 'enrollment'
  | 'status'
  | 'districtName';

export interface Layout {
  title: string;
  delimiter: '|' | ',';
  /** The first line names the columns. */
  header: boolean;
  /** Columns of every row. */
  width: number;
  /** Where each column stands, from 0; a column that the file lacks is undefined. */
  at: Record<SchoolColumn, number | undefined>;
  /** What the file calls each column, for messages. */
  names: Record<SchoolColumn, string>;
}

const REQUIRED: readonly SchoolColumn[] = [
  'id',
  'districtId',
  'name',
  'city',
  'state',
  'latitude',
  'longitude',
];

/** The official EDGE text file of school locations, which has no header. */
const EDGE_TEXT =
  'NCESSCH LEAID NAME OPSTFIPS STREET CITY STATE ZIP STFIP CNTY NMCNTY LOCALE LAT LON CBSA NMCBSA CBSATYPE CSA NMCSA CD SLDL SLDU SCHOOLYEAR'.split(
    ' ',
  );

const EDGE: Record<SchoolColumn, string> = {
  id: 'NCESSCH',
  districtId: 'LEAID',
  name: 'NAME',
  street: 'STREET',
  city: 'CITY',
  state: 'STATE',
  zip: 'ZIP',
  county: 'NMCNTY',
  latitude: 'LAT',
  longitude: 'LON',
  level: 'LEVEL',
  enrollment: 'ENROLLMENT',
  status: 'STATUS',
  districtName: 'LEA_NAME',
};

const HIFLD: Record<SchoolColumn, string> = {
  id: 'NCESID',
  districtId: 'DISTRICTID',
  name: 'NAME',
  street: 'ADDRESS',
  city: 'CITY',
  state: 'STATE',
  zip: 'ZIP',
  county: 'COUNTY',
  latitude: 'LATITUDE',
  longitude: 'LONGITUDE',
  level: 'LEVEL_',
  enrollment: 'ENROLLMENT',
  status: 'STATUS',
  districtName: 'LEA_NAME',
};

const KNOWN =
  'Known are the NCES EDGE text file (23 columns between "|", no header), EDGE-style CSV with a header (NCESSCH, LEAID, NAME …) and the HIFLD public schools CSV (NCESID, DISTRICTID, NAME …).';

const LINES_LOOKED_AT = 20;

/**
 * Recognizes a file of schools by how it begins.
 * @param head its first bytes, some tens of thousands.
 * @returns the layout, or why there is none, in words for whoever gave the file.
 */
export function detectLayout(head: Uint8Array): { layout: Layout } | { problem: string } {
  const text = plainText(head);
  if ('problem' in text) return text;
  const lines = text.lines.filter((line) => line.trim() !== '');
  const first = lines[0];
  if (first === undefined) return { problem: 'The file is empty.' };
  for (const delimiter of [',', '|'] as const) {
    const columns = headerColumns(first, delimiter);
    if (columns.includes('NCESSCH')) return withHeader('EDGE-style', EDGE, delimiter, columns);
    if (columns.includes('NCESID')) return withHeader('HIFLD', HIFLD, delimiter, columns);
  }
  if (lines.slice(0, LINES_LOOKED_AT).some(isEdgeText)) return { layout: edgeText() };
  return { problem: `The file is of no known layout. ${KNOWN}` };
}

const SIGNATURES: readonly [bytes: number[], problem: string][] = [
  [[0x50, 0x4b], 'The file is a ZIP archive or a spreadsheet: unpack it, or save it as CSV.'],
  [[0x1f, 0x8b], 'The file is compressed (gzip): unpack it first.'],
  [[0xff, 0xfe], 'The file is UTF-16: save it as UTF-8.'],
  [[0xfe, 0xff], 'The file is UTF-16: save it as UTF-8.'],
];

/**
 * The whole lines of a text file's beginning, without its byte order mark.
 * @param wanted says what was expected, to whoever gave what is no text.
 */
export function plainText(
  head: Uint8Array,
  wanted = KNOWN,
): { lines: string[] } | { problem: string } {
  const known = SIGNATURES.find(([bytes]) => bytes.every((byte, index) => head[index] === byte));
  if (known) return { problem: known[1] };
  if (head.includes(0)) return { problem: `The file is binary, not text. ${wanted}` };
  const text = new TextDecoder().decode(head);
  return { lines: text.split(/\r?\n/) };
}

/** Names of columns as written in a first line, in capitals. */
export function headerColumns(line: string, delimiter: string): string[] {
  return line.split(delimiter).map((name) => name.trim().replace(/^"|"$/g, '').toUpperCase());
}

function isEdgeText(line: string): boolean {
  const cells = line.split('|');
  return cells.length === EDGE_TEXT.length && /^\d{11,12}$/.test(cells[0]!.trim());
}

function edgeText(): Layout {
  return {
    title: 'NCES EDGE text',
    delimiter: '|',
    header: false,
    width: EDGE_TEXT.length,
    at: positions(EDGE, EDGE_TEXT),
    names: EDGE,
  };
}

function withHeader(
  title: string,
  names: Record<SchoolColumn, string>,
  delimiter: ',' | '|',
  columns: string[],
): { layout: Layout } | { problem: string } {
  const missing = REQUIRED.filter((column) => !columns.includes(names[column]));
  if (missing.length > 0) {
    const list = missing.map((column) => names[column]).join(', ');
    return { problem: `The file looks like ${title} columns, but has no ${list}. ${KNOWN}` };
  }
  const at = positions(names, columns);
  return { layout: { title, delimiter, header: true, width: columns.length, at, names } };
}

function positions(names: Record<SchoolColumn, string>, columns: string[]): Layout['at'] {
  const entries = Object.entries(names).map(([column, name]) => {
    const index = columns.indexOf(name);
    return [column, index < 0 ? undefined : index];
  });
  return Object.fromEntries(entries) as Layout['at'];
}
