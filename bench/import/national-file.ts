import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

const SHIPPED = 'data/schools/osceola_orange_FL.edge.txt';

/** Of the EDGE text layout. */
const NCESSCH = 0;
const LEAID = 1;
const CITY = 5;
const LATITUDE = 12;
const LONGITUDE = 13;
export const COLUMNS = 23;

/** Copies of the two counties lie side by side, this far apart, from 25° N, 122° W on. */
const COLUMNS_OF_COPIES = 24;
const SOUTH = 25;
const WEST = -122;
const APART = { latitude: 2, longitude: 2.3 };

/**
 * A file as large as the nation's, of the shipped rows: each copy of the two counties has school and
 * district numbers, coordinates and names of cities of its own, so that as many different words
 * come as in a national register. Names and streets are those of the shipped rows.
 */
export async function writeNationalFile(path: string, rows: number): Promise<void> {
  const shipped = readFileSync(SHIPPED, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split('|'));
  const lines: string[] = [];
  for (let index = 0; index < rows; index++) {
    const copy = Math.floor(index / shipped.length);
    lines.push(moved(shipped[index % shipped.length]!, copy).join('|'));
  }
  await writeFile(path, `${lines.join('\n')}\n`);
}

/** In a copy numbers keep their order: a school's begins with its district's, as the nation's do. */
function moved(shipped: readonly string[], copy: number): string[] {
  const cells = [...shipped];
  const leaid = String(copy * 10_000 + (Number(shipped[LEAID]) % 10_000)).padStart(7, '0');
  cells[LEAID] = leaid;
  cells[NCESSCH] = leaid + shipped[NCESSCH]!.slice(-5);
  cells[CITY] = copy === 0 ? shipped[CITY]! : `${shipped[CITY]} ${placeName(copy, shipped[CITY]!)}`;
  const north = SOUTH + (Math.floor(copy / COLUMNS_OF_COPIES) % 12) * APART.latitude;
  const east = WEST + (copy % COLUMNS_OF_COPIES) * APART.longitude;
  cells[LATITUDE] = (north + Number(shipped[LATITUDE]) - 28).toFixed(6);
  cells[LONGITUDE] = (east + Number(shipped[LONGITUDE]) + 82).toFixed(6);
  return cells;
}

const SYLLABLES = 'BAR CEL DOR FEN GAL HOL KIN LOW MAR NEW PIN ROS SAN TAM WIL YOR'.split(' ');

/** A word that no other copy of a city has. */
function placeName(copy: number, city: string): string {
  let hash = copy;
  for (const letter of city) hash = (hash * 31 + letter.charCodeAt(0)) % 1_000_003;
  const syllable = (at: number) => SYLLABLES[Math.floor(hash / 16 ** at) % 16]!;
  return `${syllable(0)}${syllable(1)}${syllable(2)}${syllable(3)}TON`;
}
