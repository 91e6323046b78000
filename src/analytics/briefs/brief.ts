import type { Outline } from '../../schools/outline.js';
import type { Policy } from '../../schools/policy.js';
import { ENGLISH } from './brief-en.js';
import { SPANISH } from './brief-es.js';
import type { BriefFigures } from './brief-figures.js';
import type { BriefLocale, BriefPeriod } from './brief-period.js';
import type { BriefWords } from './brief-words.js';

/** What its map is drawn from. */
export interface BriefGround {
  /** Null: none is on file. */
  outline: { outline: Outline; source: string } | null;
  schools: readonly { id: string; name: string; latitude: number; longitude: number }[];
}

/** Everything that a brief is made from. */
export interface Brief {
  id: string;
  locale: BriefLocale;
  district: { id: string; name: string; state: string };
  period: BriefPeriod;
  /** In force on any day of the period, the oldest first. */
  policies: readonly Policy[];
  figures: BriefFigures;
  ground: BriefGround;
  ledger: { size: number; head: string };
  /** Where the service is. */
  address: string;
  /** Calendar day. */
  madeOn: string;
}

const WORDS: Record<BriefLocale, BriefWords> = { en: ENGLISH, es: SPANISH };

/** How numbers and days are written in the language of a brief. */
export interface Writing {
  words: BriefWords;
  number: (count: number) => string;
  /** @param day such as `2026-09-30` */
  day: (day: string) => string;
  /** @param month such as `2026-09`; short: for labels. */
  month: (month: string, short?: boolean) => string;
}

export function writingOf(locale: BriefLocale): Writing {
  const words = WORDS[locale];
  const format = (options: Intl.DateTimeFormatOptions) => {
    const made = new Intl.DateTimeFormat(words.locale, { ...options, timeZone: 'UTC' });
    return (day: string) => made.format(new Date(`${day}T00:00:00Z`));
  };
  const numbers = new Intl.NumberFormat(words.locale);
  const long = format({ month: 'long', year: 'numeric' });
  const name = format({ month: 'short' });
  return {
    words,
    number: (count) => numbers.format(count),
    day: format({ dateStyle: 'long' }),
    month: (month, short) =>
      short ? `${name(`${month}-01`)}\n${month.slice(0, 4)}` : long(`${month}-01`),
  };
}
