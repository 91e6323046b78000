import { localeFinder } from '../platform/locale.js';
import type { Resource } from './resource.js';

const FALLBACK = 'en';

/**
 * What a reader is shown, of all that hold on the day at the place: of each topic one.
 *
 * The reader's language comes first, then English; what is in neither is left out. In one language the
 * nearer place wins: the district's own text takes the place of the state's, and that of the national one.
 * So a national text that a reader understands comes before a state's that they do not.
 *
 * @param found of one audience.
 * @param locales BCP 47 tags, the most wanted first.
 */
export function selected(found: readonly Resource[], locales: readonly string[]): Resource[] {
  const topics = Map.groupBy(found, ({ topic }) => topic).values();
  return [...topics]
    .map((ofTopic) => bestOf(ofTopic, locales))
    .filter((one) => one !== undefined)
    .sort((one, other) => one.rank - other.rank || (one.topic < other.topic ? -1 : 1));
}

function bestOf(ofTopic: readonly Resource[], locales: readonly string[]): Resource | undefined {
  const nearest = localeFinder(ofTopic.map((one) => one.locale));
  const wanted = [...locales, FALLBACK].map(nearest).find((tag) => tag !== undefined);
  const readable = ofTopic.filter((one) => one.locale === wanted);
  return readable.sort((one, other) => nearness(other) - nearness(one))[0];
}

const nearness = ({ districtId, state }: Resource) => (districtId ? 2 : state ? 1 : 0);
