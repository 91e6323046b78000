import { readFileSync } from 'node:fs';

export interface Place {
  latitude: number;
  longitude: number;
}

/** Draws homes where people live: census tracts by population, a few hundred meters of scatter. */
export function homes(file: string, random: () => number): () => Place {
  const tracts = readFileSync(file, 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(',').map(Number) as [number, number, number, number]);
  const total = tracts.reduce((sum, [, population]) => sum + population, 0);
  return () => {
    let left = random() * total;
    const tract = tracts.find(([, population]) => (left -= population) < 0) ?? tracts[0]!;
    const [, , latitude, longitude] = tract;
    const scatter = () => (random() - 0.5) * 0.016;
    return { latitude: latitude + scatter(), longitude: longitude + scatter() };
  };
}
