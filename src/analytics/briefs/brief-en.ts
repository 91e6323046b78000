import type { BriefWords } from './brief-words.js';

/** English. */
export const ENGLISH: BriefWords = {
  locale: 'en-US',
  title: 'Immigration enforcement near schools',
  period: (from, to) => `${from} to ${to}`,
  madeOn: (day) => `Made on ${day}`,
  synthetic:
    'MADE-UP DATA FOR TRIALS. No such incidents happened. Do not publish or quote this page.',
  glance: {
    title: 'At a glance',
    incidents: 'confirmed incidents',
    schools: 'schools nearest to them',
    median: 'until half were verified',
    departed: 'where practice departed from a promise, as far as recorded',
    minutes: (count) => `${count} min`,
    notShown: 'not shown',
    none: 'No confirmed incident was recorded in this period.',
  },
  promised: {
    title: 'What the district had promised',
    intro: 'Policies and agreements of the district in force on any day of the period.',
    none: 'No policy or agreement of the district is entered for this period. That does not show that there was none.',
    heads: { policy: 'Policy', from: 'From', until: 'Through', source: 'Document' },
    openEnd: 'until further notice',
    digest: 'SHA-256',
    noAddress: 'address removed from the record',
  },
  happened: {
    title: 'What happened',
    intro: (incidents, count) =>
      incidents === 1
        ? 'One incident was confirmed: a second person, or independent reports, verified what a trained responder reported.'
        : `${count} incidents were confirmed: each time a second person, or independent reports, verified what a trained responder reported.`,
    none: 'No incident was confirmed in this period. That does not show that there was none: the network sees what its responders see.',
    chart: 'Confirmed incidents by month',
    chartAlt: (busiest, count) =>
      `Bar chart of confirmed incidents by month. The most were in ${busiest}: ${count}.`,
    heads: { month: 'Month', incidents: 'Incidents', activity: 'What was seen', agency: 'Agency' },
    activities: 'By what was seen',
    agencies: 'By agency',
    retracted: (retracted, count) =>
      retracted === 1
        ? 'One more alert was taken back as wrong; it is in no other figure.'
        : `${count} more alerts were taken back as wrong; they are in no other figure.`,
  },
  people: {
    title: 'People',
    intro:
      'So that no figure points at anybody, people are counted in bands, and incidents with them only from 11 on, to the nearest 5.',
    affected: 'Incidents in which students were affected',
    largest: 'Students affected in one incident, the largest band',
    detained: 'Incidents in which somebody was detained',
    few: '10 or fewer, or none',
    notRecorded: 'not recorded',
    about: (count) => `about ${count}`,
  },
  where: {
    title: 'Where',
    intro: 'Places are shown as schools and as cells of some 5 km², never more exactly.',
    mapAlt: (schools, incidents) =>
      `Map of the district with ${incidents} confirmed incidents, nearest to ${schools} schools. The table below has the same.`,
    legend: {
      cells: 'Cell with incidents: the darker, the more',
      schools: 'School nearest to an incident',
      otherSchools: 'Other school',
      outline: 'District',
    },
    outlineFrom: (source) => `Outline of the district: ${source}.`,
    noOutline:
      'No outline of the district is on file. The dashed line is drawn around the cells of its schools; it is not the border of the district.',
    heads: { school: 'School', incidents: 'Incidents' },
    cellsTable: 'By cell',
    cell: 'H3 cell',
    more: (count) => `and ${count} more schools`,
  },
  speed: {
    title: 'How fast reports were verified',
    intro: (incidents, median, ninetieth) =>
      `Of ${incidents} incidents that families were told of, half were verified within ${median} minutes of the first report, and nine of ten within ${ninetieth}.`,
    few: 'Of 10 or fewer incidents that families were told of, no times are shown.',
    chart: 'Incidents by minutes from the first report to the verification',
    chartAlt: (share) => `Bar chart of minutes to verify. ${share} took at most 10 minutes.`,
    heads: { minutes: 'Minutes', incidents: 'Incidents' },
    upTo: (minutes) => `up to ${minutes}`,
    longer: (minutes) => `over ${minutes}`,
  },
  departures: {
    title: 'Where practice departed from promise',
    intro:
      'What was recorded of each incident, held against the policies in force on its day. Each is as certain as the least certain fact it rests on.',
    none: 'None was recorded. Silence is no proof: what nobody recorded makes no departure.',
    heads: {
      rule: 'What was recorded',
      policy: 'Under',
      incidents: 'Incidents',
      CONFIRMED: 'Confirmed',
      ALLEGED: 'Alleged',
      DISPUTED: 'Disputed',
    },
  },
  method: {
    title: 'Method and limits',
    points: ({ incidents, recorded, ledgerSize, ledgerHead, address, briefId }) => [
      'Trained responders report what they see in a fixed form. An incident counts once a second person, or independent reports, verified it, on the day of its first observation by the clock at the school. Reports that were dismissed or never verified, exercises, and incidents merged into others are not counted.',
      `The network sees what its responders see. A month without incidents is no proof that there were none, and more incidents may mean more responders.`,
      `Incidents of which anything was recorded afterwards: ${recorded} of ${incidents}. Departures are only what somebody recorded; “alleged” means that somebody says so, and nothing rises from alleged to confirmed by itself. It is a table, not a judgement.`,
      'Incidents that families were told of were public when they happened, so their numbers are exact. What people went through is in bands, and withheld where it concerns 10 or fewer incidents. Periods are whole months, and nothing is shown until seven days after a month’s end.',
      'No private person is named, here or in what is recorded: officers, students, parents and responders do not appear.',
      `This page is entry “brief.made” ${briefId} in the append-only ledger at ${address}, with the SHA-256 of its bytes. It was made when the ledger had ${ledgerSize} entries and the head ${ledgerHead}.`,
    ],
  },
  table: 'The same as a table',
  unknownDistrict: 'District',
  policies: {
    WELCOMING_RESOLUTION: 'Welcoming resolution',
    JUDICIAL_WARRANT_RULE: 'No entry without a judge’s warrant',
    INFORMATION_SHARING_BAN: 'Ban on sharing information',
    POLICE_AGREEMENT_MOU: 'Agreement with police',
    SCHOOL_RESOURCE_OFFICERS: 'Police officers assigned to schools',
    AGREEMENT_287G: 'School police under 287(g)',
    FAMILY_NOTIFICATION_RULE: 'Families are told',
  },
  rules: {
    ENTRY_WITHOUT_JUDICIAL_WARRANT: 'The school let agents in; no warrant of a judge was shown',
    INFORMATION_SHARED_BY_SCHOOL: 'Staff told agents of students or families',
    INFORMATION_SHARED_BY_SCHOOL_POLICE: 'School police told agents of students or families',
    POLICE_ASSISTED: 'School police assisted agents',
    FAMILIES_NOT_TOLD: 'The school did not tell families',
  },
  activities: {
    PRESENCE: 'Agents present',
    SURVEILLANCE: 'Surveillance',
    STAGING: 'Staging',
    QUESTIONING: 'Questioning',
    VEHICLE_STOP: 'Vehicle stop',
    CHECKPOINT: 'Checkpoint',
    CAMPUS_ENTRY_SOUGHT: 'Entry to campus sought',
    CAMPUS_ENTRY: 'Entry to campus',
    ARREST: 'Arrest',
    OTHER: 'Other',
  },
  agencies: {
    ICE: 'ICE',
    ICE_ERO: 'ICE, Enforcement and Removal Operations',
    ICE_HSI: 'ICE, Homeland Security Investigations',
    CBP: 'Customs and Border Protection',
    OTHER_FEDERAL: 'Another federal agency',
    LOCAL_POLICE: 'Local police',
    SCHOOL_POLICE: 'School police',
    UNKNOWN: 'Not known',
  },
  bands: {
    NONE: 'none',
    FROM_1_TO_10: '1 to 10',
    FROM_11_TO_50: '11 to 50',
    FROM_51: '51 or more',
  },
};
