import { DETAIL_NAMES } from '../../incidents/advocacy/detail-fields.js';
import { COLUMNS, columnsFor } from './columns.js';
import { cellText } from './cell.js';
import { exportRow } from './export-row.fixture.js';

const names = (columns: readonly { name: string }[]) => columns.map(({ name }) => name);
const value = (name: string, change = {}) =>
  cellText(COLUMNS.find((column) => column.name === name)!.value(exportRow(change)));

describe('the columns of an export', () => {
  it('have names and HXL tags of their own, and say what they are', () => {
    expect(new Set(names(COLUMNS)).size).toBe(COLUMNS.length);
    expect(new Set(COLUMNS.map(({ hxl }) => hxl)).size).toBe(COLUMNS.length);
    for (const { name, hxl, about, source, type, codes } of COLUMNS) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(hxl).toMatch(/^#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*$/);
      expect(about).toMatch(/^.+\.$|^.+\)\.$/);
      expect(source).not.toBe('');
      if (type === 'codes') expect(codes!.length).toBeGreaterThan(1);
    }
  });

  it('hold every field that is recorded, with its source and certainty', () => {
    expect(COLUMNS.filter(({ name }) => name.endsWith('_source'))).toHaveLength(
      DETAIL_NAMES.length,
    );
    const details = {
      authorityShown: {
        ...{ value: ['ADMINISTRATIVE_I200', 'EXIGENCY_CLAIMED'], source: 'WITNESS' as const },
        certainty: 'ALLEGED' as const,
      },
      familiesNotifiedAt: {
        ...{ value: '2026-03-02T14:00:00.000Z', source: 'FAMILY' as const },
        certainty: 'CONFIRMED' as const,
      },
      absences: { value: 143, source: 'SCHOOL_RECORD' as const, certainty: 'CONFIRMED' as const },
    };
    expect(value('authority_shown', { details })).toBe('ADMINISTRATIVE_I200;EXIGENCY_CLAIMED');
    expect(value('authority_shown_source', { details })).toBe('WITNESS');
    expect(value('authority_shown_certainty', { details })).toBe('ALLEGED');
    expect(value('families_notified_at', { details })).toBe('2026-03-02T14:00:00.000Z');
    expect(value('absences', { details })).toBe('143');
    expect(value('lockdown')).toBe('');
  });

  it('say how long verification took, to a tenth of a minute', () => {
    expect(value('minutes_to_verify')).toBe('3.5');
    expect(value('minutes_to_verify', { verifiedAt: null })).toBe('');
  });

  it('give a place to analysts as the centre of its cell, and exactly to admins', () => {
    expect(value('exact_latitude')).toBe('28.29194');
    expect(value('latitude')).not.toBe('28.29194');
    expect(Math.abs(Number(value('latitude')) - 28.29194)).toBeLessThan(0.01);
    expect(value('h3_cell')).toMatch(/^88[0-9a-f]{13}$/);
    expect(names(columnsFor('ANALYST', false))).not.toContain('exact_latitude');
    expect(names(columnsFor('ADMIN', false))).toContain('exact_latitude');
  });

  it('name people only where that was released, to whatever role', () => {
    for (const role of ['ANALYST', 'ADMIN'] as const) {
      const people = ['responders', 'verified_by'];
      expect(names(columnsFor(role, false)).filter((name) => people.includes(name))).toEqual([]);
      expect(names(columnsFor(role, true)).slice(-2)).toEqual(people);
    }
    const identities = { responders: ['Ana (One)', 'Bruno (Two)'], verifiedBy: 'Carla (Three)' };
    expect(value('responders', { identities })).toBe('Ana (One); Bruno (Two)');
    expect(value('verified_by', { identities })).toBe('Carla (Three)');
    expect(value('responders')).toBe('');
  });

  it('say which promises held and where practice departed from them', () => {
    const departures = [{ rule: 'POLICE_ASSISTED' as const, certainty: 'ALLEGED' as const }];
    expect(value('departures', { departures })).toBe('POLICE_ASSISTED:ALLEGED');
    const policies = ['WELCOMING_RESOLUTION', 'AGREEMENT_287G'];
    expect(value('policies_in_force', { policies })).toBe('WELCOMING_RESOLUTION;AGREEMENT_287G');
  });
});
