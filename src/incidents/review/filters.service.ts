import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config.js';
import { Database } from '../../platform/database.js';
import { BadInput, type FieldProblem } from '../../platform/errors.js';
import { SchoolsService } from '../../schools/schools.service.js';
import type { ReadyFilter } from './filter-sql.js';
import { filterProblems, type IncidentFilter } from './incident-filter.js';
import { noteWords } from './note-words.js';
import { ReviewStore } from './review.store.js';
import { Reviewed } from './reviewed.service.js';

/** Of a digest, so many characters tell words apart: 96 bits. */
const TOKEN_LENGTH = 16;

/** Makes filters ready for `conditionsOf`. */
@Injectable()
export class ReviewFilters {
  constructor(
    private readonly database: Database,
    private readonly store: ReviewStore,
    private readonly reviewed: Reviewed,
    private readonly schools: SchoolsService,
    private readonly config: Config,
  ) {}

  /**
   * What had been reported by now is there to be found, also in a snapshot that is opened afterwards.
   * @throws BadInput naming every field that is wrong.
   */
  async ready(filter: IncidentFilter): Promise<ReadyFilter> {
    const problems = filterProblems(filter);
    if (problems.length === 0) problems.push(...(await this.unknown(filter)));
    if (problems.length > 0) throw new BadInput(problems);
    await this.reviewed.upToDate();
    const { text, ...rest } = filter;
    return { ...rest, noteTokens: text ? this.tokens(text) : null };
  }

  /** The same for figures: what is synthetic is left out, unless it is asked for or is all there is. */
  async forFigures(filter: IncidentFilter): Promise<ReadyFilter> {
    const ready = await this.ready(filter);
    if (typeof ready.synthetic === 'boolean') return ready;
    return (await this.allSynthetic()) ? ready : { ...ready, synthetic: false };
  }

  /** Whether there are incidents, and all of them were made up. */
  async allSynthetic(): Promise<boolean> {
    const { synthetic, real } = await this.store.kinds(this.database.reader);
    return synthetic && !real;
  }

  /** What stands in the index of notes in place of the words of a text. */
  tokens(text: string): string[] {
    return noteWords(text).map((word) =>
      this.config.keyring.index('note-word', word).toString('base64url').slice(0, TOKEN_LENGTH),
    );
  }

  private async unknown(filter: IncidentFilter): Promise<FieldProblem[]> {
    const { districtId, districtIds, schoolId, schoolIds } = filter;
    const asked = {
      districts: [...(districtId ? [districtId] : []), ...(districtIds ?? [])],
      schools: [...(schoolId ? [schoolId] : []), ...(schoolIds ?? [])],
    };
    const [districts, schools] = await Promise.all([
      this.schools.existingDistricts(asked.districts),
      this.schools.existingSchools(asked.schools),
    ]);
    const missing = (field: string, id: string, known: ReadonlySet<string>, what: string) =>
      known.has(id) ? [] : [{ field, message: `no such ${what} is known` }];
    return [
      ...(districtId ? missing('districtId', districtId, districts, 'district') : []),
      ...(districtIds ?? []).flatMap((id, at) =>
        missing(`districtIds.${at}`, id, districts, 'district'),
      ),
      ...(schoolId ? missing('schoolId', schoolId, schools, 'school') : []),
      ...(schoolIds ?? []).flatMap((id, at) => missing(`schoolIds.${at}`, id, schools, 'school')),
    ];
  }
}
