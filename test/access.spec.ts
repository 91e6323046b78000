import { GraphQLSchemaHost } from '@nestjs/graphql';
import { getNamedType, isObjectType, type GraphQLField, type GraphQLObjectType } from 'graphql';
import { codeOf, ask, send } from './support/graphql.js';
import { ACCEPT_INVITE, INVITE_STAFF, UPDATE_STAFF } from './support/operations.js';
import { accept, hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

type Access = string[];

describe('who may do what', () => {
  let service: TestService;
  const people: Record<string, Person> = {};

  beforeAll(async () => {
    service = await startService();
    people.ADMIN = service.admin;
    for (const role of ['RESPONDER', 'DISPATCHER', 'ANALYST'] as const)
      people[role] = await hire(service.url, service.admin, role, 'One');
  });
  afterAll(() => service.close());

  const schema = () => service.service.app.get(GraphQLSchemaHost).schema;
  const accessOf = (thing: { extensions: unknown }): Access | undefined =>
    (thing.extensions as { access?: Access }).access;
  const roots = () =>
    [schema().getQueryType()!, schema().getMutationType()!].flatMap((type) =>
      Object.values(type.getFields()).map((field) => ({ type, field })),
    );

  describe('the schema', () => {
    it('says of every root field who may use it', () => {
      const silent = roots().filter(({ field }) => !accessOf(field)?.length);
      expect(silent.map(({ field }) => field.name)).toEqual([]);
    });

    it('says of every object type who may see it', () => {
      const silent = Object.values(schema().getTypeMap()).filter(
        (type) =>
          isObjectType(type) &&
          !/^__|^(Query|Mutation|PageInfo)$|(Connection|Edge)$/.test(type.name) &&
          !accessOf(type)?.length,
      );
      expect(silent.map(({ name }) => name)).toEqual([]);
    });

    it('leads from no public field to what is for staff', () => {
      const leaks: string[] = [];
      const seen = new Set<string>();
      const walk = (field: GraphQLField<unknown, unknown>, path: string) => {
        const type = getNamedType(field.type);
        if (!isObjectType(type) || path === 'acceptInvite.staff') return;
        const access = accessOf(type);
        if (access && !access.includes('PUBLIC')) leaks.push(`${path}: ${type.name}`);
        if (seen.has(type.name)) return;
        seen.add(type.name);
        for (const inner of Object.values((type as GraphQLObjectType).getFields()))
          walk(inner as GraphQLField<unknown, unknown>, `${path}.${inner.name}`);
      };
      for (const { field } of roots())
        if (accessOf(field)!.some((who) => who === 'PUBLIC' || who === 'SUBSCRIBER'))
          walk(field as GraphQLField<unknown, unknown>, field.name);
      expect(leaks).toEqual([]);
    });
  });

  /** Every root field with arguments that pass the type check, whatever they find. */
  const NOBODY = '00000000-0000-4000-8000-000000000000';
  const CALLS: Record<string, string> = {
    ...{ viewer: '{ id }', staff: '{ pageInfo { hasNextPage } }' },
    incident: `(id: "${NOBODY}") { id }`,
    incidents: '{ pageInfo { hasNextPage } }',
    report: `(id: "${NOBODY}") { id }`,
    delivery: `(alertId: "${NOBODY}") { alertId }`,
    audiencePreview: `(incidentId: "${NOBODY}") { devices }`,
    inviteStaff: '(input: { role: RESPONDER, organization: "One" }) { expiresAt }',
    updateStaff: `(input: { staffId: "${NOBODY}", suspended: true }) { id }`,
    fileReport: `(input: { id: "${NOBODY}", observedAt: "2020-01-01T00:00:00Z", location: { latitude: 0, longitude: 0 }, vantage: FIRSTHAND, activity: OTHER }) { id }`,
    verifyIncident: `(input: { incidentId: "${NOBODY}" }) { id }`,
    updateIncident: `(input: { incidentId: "${NOBODY}", change: DETAIL }) { id }`,
    clearIncident: `(input: { incidentId: "${NOBODY}" }) { id }`,
    retractIncident: `(input: { incidentId: "${NOBODY}" }) { id }`,
    dismissIncident: `(input: { incidentId: "${NOBODY}", outcome: UNFOUNDED }) { id }`,
    recordIncident: `(input: { incidentId: "${NOBODY}" }) { id }`,
    approveIncident: `(input: { incidentId: "${NOBODY}", proposalId: "${NOBODY}" }) { id }`,
    rejectIncident: `(input: { incidentId: "${NOBODY}", proposalId: "${NOBODY}" }) { id }`,
    mergeIncidents: `(input: { fromId: "${NOBODY}", intoId: "${NOBODY}" }) { id }`,
    splitIncident: `(input: { incidentId: "${NOBODY}", reportIds: ["${NOBODY}"] }) { id }`,
    dispatchQueue: '{ need }',
    myReports: '{ pageInfo { hasNextPage } }',
    alertQuality: '{ incidents }',
    alertPause: '{ paused }',
    pauseAlerts: '{ paused }',
    resumeAlerts: '{ paused }',
    drill: `(id: "${NOBODY}") { id }`,
    drills: '{ pageInfo { hasNextPage } }',
    startDrill: '(input: { schoolId: "000000000000" }) { id }',
    endDrill: `(input: { drillId: "${NOBODY}" }) { id }`,
    recordDetails: `(input: { incidentId: "${NOBODY}", agents: null }) { id }`,
    policyHistory: `(policyId: "${NOBODY}") { id }`,
    recordPolicy: `(input: { districtId: "0000000", kind: AGREEMENT_287G, effectiveFrom: "2026-01-01", sourceUrl: "x", sourceSha256: "x" }) { id }`,
    amendPolicy: `(input: { policyId: "${NOBODY}", effectiveUntil: "2026-01-01" }) { id }`,
    withdrawPolicy: `(input: { policyId: "${NOBODY}" }) { id }`,
    coverEvidence: `(input: { evidenceId: "${NOBODY}", version: 1, regions: [] }) { id }`,
    clearEvidence: `(input: { evidenceId: "${NOBODY}", version: 1, faces: NONE_THERE, plates: NONE_THERE }) { id }`,
    withdrawEvidence: `(input: { evidenceId: "${NOBODY}", reason: DUPLICATE }) { id }`,
    exportJob: `(id: "${NOBODY}") { id }`,
    exportJobs: '{ id }',
    identityReleases: '{ pageInfo { hasNextPage } }',
    startExport: '(input: { format: CSV }) { id }',
    askIdentityRelease: '(input: { reason: "x", filter: {} }) { id }',
    answerIdentityRelease: `(input: { releaseId: "${NOBODY}", approve: true }) { id }`,
    resourceHistory: `(resourceId: "${NOBODY}") { id }`,
    addResource: `(input: { topic: "x", audience: FAMILIES, locale: "en", title: "x", publisher: "x", sourceDate: "2026-01-01", effectiveFrom: "2026-01-01" }) { id }`,
    reviseResource: `(input: { resourceId: "${NOBODY}", rank: 1 }) { id }`,
    withdrawResource: `(input: { resourceId: "${NOBODY}" }) { id }`,
    trainings: '{ pageInfo { hasNextPage } }',
    trainingAttendance: `(trainingId: "${NOBODY}") { recordedAt }`,
    lapsingCertifications: '{ pageInfo { hasNextPage } }',
    scheduleTraining: `(input: { title: "x", kind: SESSION, startsAt: "2026-01-01T00:00:00Z", minutes: 60 }) { id }`,
    amendTraining: `(input: { trainingId: "${NOBODY}", minutes: 60 }) { id }`,
    cancelTraining: `(input: { trainingId: "${NOBODY}" }) { id }`,
    recordAttendance: `(input: { trainingId: "${NOBODY}", staffIds: ["${NOBODY}"] }) { id }`,
    correctAttendance: `(input: { trainingId: "${NOBODY}", staffId: "${NOBODY}", reason: WRONG_PERSON }) { id }`,
    ledgerProof: '(entry: 1) { sequence }',
    ledgerCheckpoint: '{ size }',
    ledgerConsistency: '(size: 0) { path }',
    pendingRedactions: '{ id }',
    redactEntry: '(input: { entry: 1, reason: COURT_ORDER }) { id }',
    approveRedaction: `(input: { redactionId: "${NOBODY}" }) { id }`,
    rejectRedaction: `(input: { redactionId: "${NOBODY}" }) { id }`,
    setLegalHold: `(input: { incidentId: "${NOBODY}", reason: LITIGATION }) { id }`,
    liftLegalHold: `(input: { incidentId: "${NOBODY}" }) { id }`,
    writeNote: `(input: { incidentId: "${NOBODY}", text: "x" }) { id }`,
    withdrawNote: `(input: { noteId: "${NOBODY}" }) { id }`,
    savedIncidentViews: '{ id }',
    saveIncidentView: '(input: { name: "x", filter: {} }) { id }',
    changeIncidentView: `(input: { viewId: "${NOBODY}", name: "x" }) { id }`,
    deleteIncidentView: `(input: { viewId: "${NOBODY}" })`,
    incidentStatistics: '(groupBy: [MONTH]) { synthetic }',
    beforeAndAfterPolicy: `(policyId: "${NOBODY}") { reading }`,
    figuresPreview: '(input: { span: MONTH, period: MONTH, from: "2020-01-01" }) { sha256 }',
    publishFigures: '(input: { span: MONTH, period: MONTH, from: "2020-01-02" }) { id }',
    correctFigures: `(id: "${NOBODY}") { id }`,
    signOut: '',
    mySubscription: '{ id }',
    updateSubscription: '(input: { locale: "en" }) { id }',
    unsubscribe: '',
  };

  it('refuses every operation to every role it is not for, and to strangers', async () => {
    const wrong: string[] = [];
    for (const { type, field } of roots()) {
      const access = accessOf(field)!;
      if (access.includes('PUBLIC')) continue;
      const call = CALLS[field.name];
      if (call === undefined) throw new Error(`say in CALLS how ${field.name} is called`);
      const query = `${type.name.toLowerCase()} { ${field.name}${call} }`;
      const expectCode = async (who: string, token: string | undefined, expected: string) => {
        const code = await codeOf(service.url, query, {}, token);
        if (code !== expected) wrong.push(`${field.name} as ${who}: ${code}`);
      };
      await expectCode('nobody', undefined, 'UNAUTHENTICATED');
      await expectCode('a made-up token', `staff_${'x'.repeat(43)}`, 'UNAUTHENTICATED');
      for (const [role, { token }] of Object.entries(people)) {
        if (access.includes('SUBSCRIBER')) await expectCode(role, token, 'UNAUTHENTICATED');
        else if (!access.includes(role)) await expectCode(role, token, 'FORBIDDEN');
      }
    }
    expect(wrong).toEqual([]);
  });

  describe('invites', () => {
    const invite = async (inviter: Person, input: object) =>
      send(service.url, INVITE_STAFF, { input }, inviter.token);
    const use = (url: string) =>
      send(service.url, ACCEPT_INVITE, {
        input: { token: url.split('/invite/')[1], displayName: 'Somebody' },
      });

    it('are used once, also by fifty at the same time', async () => {
      const { data } = await invite(people.ADMIN!, { role: 'RESPONDER', organization: 'One' });
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => use(data!.inviteStaff.url)),
      );
      expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
      const codes = answers.flatMap(({ errors }) => errors?.[0]?.extensions.code ?? []);
      expect(new Set(codes)).toEqual(new Set(['BAD_USER_INPUT']));
    });

    it('lapse after 72 hours', async () => {
      const { data } = await invite(people.ADMIN!, { role: 'RESPONDER', organization: 'One' });
      const hours = (Date.parse(data!.inviteStaff.expiresAt) - Date.now()) / 3_600_000;
      expect(hours).toBeCloseTo(72, 1);
      await service.database.query(
        `UPDATE invite SET expires_at = now() WHERE accepted_at IS NULL`,
      );
      expect((await use(data!.inviteStaff.url)).errors).toBeDefined();
    });

    it('are void once their sender is suspended, or may no longer invite', async () => {
      const sender = await hire(service.url, service.admin, 'ADMIN', 'Two');
      const links = await Promise.all(
        [0, 1].map(async () => {
          const answer = await invite(sender, { role: 'ADMIN', organization: 'Two' });
          return answer.data!.inviteStaff.url as string;
        }),
      );
      const change = (input: object) =>
        ask(service.url, UPDATE_STAFF, { input }, service.admin.token);
      await change({ staffId: sender.id, role: 'RESPONDER' });
      expect((await use(links[0]!)).errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
      await change({ staffId: sender.id, role: 'ADMIN' });
      await change({ staffId: sender.id, suspended: true });
      expect((await use(links[1]!)).errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
      await change({ staffId: sender.id, suspended: false });
      expect((await use(links[1]!)).errors).toBeUndefined();
    });

    it('from a dispatcher are for responders of the same organization', async () => {
      const from = (input: object) => invite(people.DISPATCHER!, input);
      expect((await from({ role: 'RESPONDER', organization: 'one' })).errors).toBeUndefined();
      for (const input of [
        { role: 'RESPONDER', organization: 'Elsewhere' },
        { role: 'DISPATCHER', organization: 'One' },
        { role: 'ADMIN', organization: 'One' },
      ])
        expect((await from(input)).errors![0]!.extensions.code).toBe('FORBIDDEN');
    });
  });

  describe('sessions', () => {
    const viewer = (person: Person) => send(service.url, '{ viewer { role } }', {}, person.token);

    it('end with the next request after signing out, and only that session', async () => {
      const person = await hire(service.url, service.admin, 'DISPATCHER', 'One');
      await ask(service.url, 'mutation { signOut }', {}, person.token);
      expect((await viewer(person)).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
      expect((await viewer(people.DISPATCHER!)).errors).toBeUndefined();
    });

    it('follow suspension and a change of role at once', async () => {
      const person = await hire(service.url, service.admin, 'DISPATCHER', 'One');
      const change = (input: object) =>
        ask(
          service.url,
          UPDATE_STAFF,
          { input: { staffId: person.id, ...input } },
          service.admin.token,
        );
      await change({ role: 'ANALYST' });
      expect((await viewer(person)).data!.viewer.role).toBe('ANALYST');
      await change({ suspended: true });
      expect((await viewer(person)).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
      await change({ suspended: false });
      expect((await viewer(person)).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
    });

    it('are stored as hashes only, as are invites', async () => {
      const { data } = await send(
        service.url,
        INVITE_STAFF,
        { input: { role: 'ANALYST', organization: 'One' } },
        service.admin.token,
      );
      const person = await accept(service.url, data!.inviteStaff.url, 'Somebody');
      const dump = JSON.stringify(
        await service.database.query(
          `SELECT (SELECT json_agg(s) FROM session s) AS s, (SELECT json_agg(i) FROM invite i) AS i`,
        ),
      );
      for (const secret of [person.token, data!.inviteStaff.url.split('/invite/')[1]]) {
        expect(dump).not.toContain(secret);
        expect(dump).not.toContain(Buffer.from(secret).toString('hex'));
      }
    });

    it('never leave the network without an admin', async () => {
      const input = { staffId: service.admin.id, suspended: true };
      const others = await service.database.query<{ id: string }>(
        `SELECT id FROM staff WHERE role = 'ADMIN' AND suspended_at IS NULL AND id <> $1`,
        [service.admin.id],
      );
      for (const { id } of others)
        await ask(
          service.url,
          UPDATE_STAFF,
          { input: { staffId: id, suspended: true } },
          service.admin.token,
        );
      expect(await codeOf(service.url, UPDATE_STAFF, { input }, service.admin.token)).toBe(
        'CONFLICT',
      );
    });
  });
});
