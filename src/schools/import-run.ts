import { UsageError } from '../platform/command.js';
import type { Transaction } from '../platform/database.js';
import type { DistrictLayout, DistrictRecord, ParsedDistrict } from './district-row.js';
import type { ImportStore } from './import.store.js';
import { parseSchool, type SchoolRecord } from './nces-row.js';
import { PlainRows } from './plain-rows.js';
import type { Layout } from './school-layout.js';
import { SchoolWriter } from './school-writer.js';
import { SeenIds } from './seen-ids.js';
import type { TableRow } from './table-row.js';

/** Files that were found, and look like what they should be. */
export interface ImportSource {
  file: string;
  layout: Layout;
  bytes: number;
  districts: { file: string; layout: DistrictLayout } | undefined;
  state: string | undefined;
}

/** A row that was left out, and why. */
export interface RowProblem {
  file: string;
  /** From 1. */
  line: number;
  reason: string;
}

/** `read` is the sum of the five others that count rows. */
export interface ImportSummary {
  read: number;
  new: number;
  changed: number;
  unchanged: number;
  skipped: number;
  /** Rows of other states than the one asked for. */
  elsewhere: number;
  districts: { new: number; changed: number; skipped: number };
  /** The first {@link MAX_PROBLEMS} of what was wrong. */
  problems: RowProblem[];
}

export const MAX_PROBLEMS = 50;
/** Taken in by one statement. */
const WORDS = 4_000;

/** One import under way: takes rows, and writes them a batch behind while more are read. */
export class ImportRun {
  readonly summary: ImportSummary = {
    read: 0,
    new: 0,
    changed: 0,
    unchanged: 0,
    skipped: 0,
    elsewhere: 0,
    districts: { new: 0, changed: 0, skipped: 0 },
    problems: [],
  };
  private readonly lines = new SeenIds();
  private readonly words = new Set<string>();
  private readonly named = new Map<string, DistrictRecord>();
  private readonly met = new Map<string, Pick<SchoolRecord, 'districtName' | 'state'>>();
  private readonly schools: SchoolWriter;
  private readonly plain: PlainRows | undefined;
  private districtBefore = -1;

  constructor(
    private readonly tx: Transaction,
    private readonly store: ImportStore,
    private readonly source: ImportSource,
    /** Schools that are there already. */
    knownIds: ReadonlySet<string>,
  ) {
    this.schools = new SchoolWriter(tx, store, knownIds);
    if (this.schools.isFirst && source.state === undefined)
      this.plain = PlainRows.of(source.layout);
  }

  nameDistrict(file: string, line: number, parsed: ParsedDistrict): void {
    if ('district' in parsed) {
      this.named.set(parsed.district.id, parsed.district);
      return;
    }
    this.summary.districts.skipped += 1;
    this.note(file, line, parsed.problems);
  }

  take(row: TableRow): void {
    const { layout, state } = this.source;
    const { line } = row;
    this.summary.read += 1;
    if (this.takePlain(row)) return;
    const { cells } = row;
    if (state !== undefined && cells.length === layout.width && this.stateOf(cells) !== state) {
      this.summary.elsewhere += 1;
      return;
    }
    const parsed = parseSchool(cells, layout, row.plain);
    if ('problems' in parsed) return this.skip(line, parsed.problems);
    const { school } = parsed;
    const earlier = this.lines.meet(Number(school.id), line);
    if (earlier !== undefined)
      return this.skip(line, [`${layout.names.id} ${school.id} was already on line ${earlier}`]);
    this.meetDistrict(school);
    for (const word of school.words) this.words.add(word);
    this.schools.put(school);
  }

  private readonly firstWord = (word: string) => void this.words.add(word);

  /** @returns false: the row is to be taken the long way, which says what is wrong with it */
  private takePlain({ line, places }: TableRow): boolean {
    const { plain } = this;
    if (!plain || !places || !plain.read(places)) return false;
    if (this.lines.meet(plain.id, line) !== undefined) return false;
    if (plain.districtId !== this.districtBefore) this.meetDistrict(plain.district());
    plain.write(this.schools.added, this.firstWord);
    return true;
  }

  /** Schools of one district stand together in a register: most say what the one before said. */
  private meetDistrict(school: Pick<SchoolRecord, 'districtId' | 'districtName' | 'state'>): void {
    const { districtId, districtName, state } = school;
    const id = Number(districtId);
    if (id === this.districtBefore && districtName === null) return;
    this.districtBefore = id;
    const met = this.met.get(districtId);
    if (met === undefined || (met.districtName === null && districtName !== null))
      this.met.set(districtId, { districtName, state });
  }

  private stateOf(cells: readonly string[]): string | undefined {
    return cells[this.source.layout.at.state!]?.trim().toUpperCase();
  }

  async writeFullBatches(): Promise<void> {
    await this.schools.writeFullBatches();
  }

  /**
   * Writes what is left.
   * @throws UsageError when no row of the file could be used: nothing is written then.
   */
  async finish(): Promise<ImportSummary> {
    if (this.lines.size === 0) throw new UsageError(this.whyNothing());
    await this.schools.finish();
    Object.assign(this.summary, this.schools.counts);
    await this.writeDistricts();
    const words = [...this.words];
    for (let at = 0; at < words.length; at += WORDS)
      await this.store.addWords(this.tx, words.slice(at, at + WORDS));
    return this.summary;
  }

  /** After a failure; the transaction can then only be rolled back. */
  async abandon(): Promise<void> {
    await this.schools.abandon();
  }

  private async writeDistricts(): Promise<void> {
    const known = new Map((await this.store.districts(this.tx)).map((one) => [one.id, one]));
    const differing: DistrictRecord[] = [];
    for (const id of new Set([...known.keys(), ...this.met.keys()])) {
      const before = known.get(id);
      const district = this.district(id, before);
      if (district.name === before?.name && district.state === before.state) continue;
      differing.push(district);
      this.summary.districts[before ? 'changed' : 'new'] += 1;
    }
    if (differing.length > 0) await this.store.putDistricts(this.tx, differing);
  }

  /** Its name by the districts file, else the one it has, else the school file's, else its number. */
  private district(id: string, before: DistrictRecord | undefined): DistrictRecord {
    const named = this.named.get(id);
    if (named) return named;
    const nameless = `School district ${id}`;
    if (before && before.name !== nameless) return before;
    const met = this.met.get(id);
    return {
      id,
      name: met?.districtName ?? nameless,
      state: before?.state ?? met!.state,
    };
  }

  private skip(line: number, reasons: string[]): void {
    this.summary.skipped += 1;
    this.note(this.source.file, line, reasons);
  }

  private note(file: string, line: number, reasons: string[]): void {
    if (this.summary.problems.length < MAX_PROBLEMS)
      this.summary.problems.push({ file, line, reason: reasons.join('; ') });
  }

  private whyNothing(): string {
    const { read, skipped, problems } = this.summary;
    const { file, state } = this.source;
    if (read === 0) return `${file}: the file has no rows.`;
    if (skipped === 0) return `${file}: none of its ${read} rows is of the state ${state}.`;
    const first = problems.find((problem) => problem.file === file)!;
    return `${file}: no row can be used. The first: line ${first.line}: ${first.reason}.`;
  }
}
