import { ask } from './support/graphql.js';
import { VERIFY } from './support/operations.js';
import { hire, report } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const PENDING = 'query ($id: ID!) { incident(id: $id) { pendingApproval { id } } }';
const decision = (name: string, type: string) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { state } }`;

/** Ids are UUIDs, and those are the same in either case. */
describe('a proposal whose id is written in upper case', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it.each([
    ['rejectIncident', 'RejectIncidentInput', 'UNVERIFIED'],
    ['approveIncident', 'ApproveIncidentInput', 'ACTIVE'],
  ])('can be decided by %s', async (name, type, state) => {
    const { url, admin } = service;
    const author = await hire(url, admin, 'RESPONDER', 'One');
    const first = await hire(url, admin, 'DISPATCHER', 'Two');
    const id = await report(url, author);
    await ask(url, VERIFY, { input: { incidentId: id, radiusMeters: 4_000 } }, first.token);
    const { incident } = await ask(url, PENDING, { id }, admin.token);
    const input = {
      incidentId: id.toUpperCase(),
      proposalId: incident.pendingApproval.id.toUpperCase(),
    };
    const answer = await ask(url, decision(name, type), { input }, admin.token);
    expect(answer[name].state).toBe(state);
  });
});
