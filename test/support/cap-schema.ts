import { readFile } from 'node:fs/promises';
import { validateXML } from 'xmllint-wasm';

const SCHEMA = 'data/cap/CAP-v1.2.oasis.xsd';

/** What libxml2 has against files by the schema of OASIS; nothing, when all are valid. */
export async function capProblems(...files: string[]): Promise<string[]> {
  const schema = await readFile(SCHEMA, 'utf8');
  const xml = files.map((contents, index) => ({ fileName: `alert-${index}.cap`, contents }));
  const { valid, errors } = await validateXML({ xml, schema: [schema] });
  return valid ? [] : ['not valid', ...errors.map(({ rawMessage }) => rawMessage)];
}
