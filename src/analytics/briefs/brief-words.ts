import type { ActivityName, AgencyName } from '../../alerts/notice.js';
import type { DepartureRuleName } from '../../incidents/advocacy/departures.js';
import type { CertaintyName } from '../../incidents/advocacy/vocabulary.js';
import type { PolicyKindName } from '../../schools/policy.js';
import type { StudentBandName } from './brief-figures.js';

/** Everything a brief says, in one language. Names of codes begin with a capital. */
export interface BriefWords {
  locale: string;
  title: string;
  period: (from: string, to: string) => string;
  madeOn: (day: string) => string;
  synthetic: string;
  glance: {
    title: string;
    incidents: string;
    schools: string;
    median: string;
    departed: string;
    minutes: (count: string) => string;
    notShown: string;
    none: string;
  };
  promised: {
    title: string;
    intro: string;
    none: string;
    heads: { policy: string; from: string; until: string; source: string };
    openEnd: string;
    digest: string;
    noAddress: string;
  };
  happened: {
    title: string;
    intro: (incidents: number, count: string) => string;
    none: string;
    chart: string;
    chartAlt: (busiest: string, count: string) => string;
    heads: { month: string; incidents: string; activity: string; agency: string };
    activities: string;
    agencies: string;
    retracted: (retracted: number, count: string) => string;
  };
  people: {
    title: string;
    intro: string;
    affected: string;
    largest: string;
    detained: string;
    few: string;
    notRecorded: string;
    about: (count: string) => string;
  };
  where: {
    title: string;
    intro: string;
    mapAlt: (schools: string, incidents: string) => string;
    legend: { cells: string; schools: string; otherSchools: string; outline: string };
    outlineFrom: (source: string) => string;
    noOutline: string;
    heads: { school: string; incidents: string };
    cellsTable: string;
    cell: string;
    more: (count: string) => string;
  };
  speed: {
    title: string;
    intro: (incidents: string, median: string, ninetieth: string) => string;
    few: string;
    chart: string;
    chartAlt: (share: string) => string;
    heads: { minutes: string; incidents: string };
    upTo: (minutes: string) => string;
    longer: (minutes: string) => string;
  };
  departures: {
    title: string;
    intro: string;
    none: string;
    heads: { rule: string; policy: string; incidents: string } & Record<CertaintyName, string>;
  };
  method: { title: string; points: (facts: MethodFacts) => string[] };
  table: string;
  unknownDistrict: string;
  policies: Record<PolicyKindName, string>;
  rules: Record<DepartureRuleName, string>;
  activities: Record<ActivityName, string>;
  agencies: Record<AgencyName, string>;
  bands: Record<StudentBandName, string>;
}

/** What the method is told with, written as the language writes it. */
export interface MethodFacts {
  incidents: string;
  recorded: string;
  ledgerSize: string;
  ledgerHead: string;
  address: string;
  briefId: string;
}
