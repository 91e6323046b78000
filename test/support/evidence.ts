import { randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, send, type GraphqlAnswer } from './graphql.js';
import type { Person } from './staff.js';
import type { TestService } from './test-service.js';
import { until } from './until.js';

export const EVIDENCE = `query ($id: ID!) {
  incident(id: $id) {
    evidence {
      id type bytes sha256 addedBy copyState withdrawal
      copies {
        version mediaType bytes sha256 madeBy clearedAt clearedBy faces plates
        pages { width height } regions { page left top width height what }
      }
    }
  }
}`;
export const COVER = `mutation ($input: CoverEvidenceInput!) {
  coverEvidence(input: $input) { id copies { version } }
}`;
export const CLEAR_EVIDENCE = `mutation ($input: ClearEvidenceInput!) {
  clearEvidence(input: $input) { id copies { version clearedAt } }
}`;
export const WITHDRAW = `mutation ($input: WithdrawEvidenceInput!) {
  withdrawEvidence(input: $input) { id withdrawal }
}`;

export type FileBody = Uint8Array | ReadableStream | string;

export interface Sent {
  status: number;
  body: Record<string, any>;
}

/** Evidence of a service, as people send it in and ask for it. */
export class EvidenceDesk {
  constructor(
    private readonly service: TestService,
    /** Where it keeps files. */
    readonly folder: string,
  ) {}

  async add(
    { token }: Person,
    incidentId: string,
    body: FileBody,
    { id = randomUUID() as string, headers = {} as Record<string, string> } = {},
  ): Promise<Sent> {
    const response = await fetch(`${this.service.url}/evidence/${id}?incidentId=${incidentId}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, ...headers },
      body,
      ...(body instanceof ReadableStream && { duplex: 'half' }),
    } as RequestInit);
    return { status: response.status, body: (await response.json()) as Sent['body'] };
  }

  /** As {@link add}, which must succeed; answers its id. */
  async added(person: Person, incidentId: string, body: Uint8Array): Promise<string> {
    const answer = await this.add(person, incidentId, body);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer));
    return answer.body.id;
  }

  /** `path` is `original` or `copies/1`. */
  async get({ token }: Pick<Person, 'token'>, id: string, path: string, purpose = 'REVIEW') {
    const response = await fetch(`${this.service.url}/evidence/${id}/${path}?purpose=${purpose}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return { response, status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  async list(incidentId: string, { token } = this.service.admin): Promise<Record<string, any>[]> {
    return (await ask(this.service.url, EVIDENCE, { id: incidentId }, token)).incident.evidence;
  }

  async one(incidentId: string, id: string): Promise<Record<string, any>> {
    return (await this.list(incidentId)).find((one) => one.id === id)!;
  }

  /** Waits for the first copy, or for the finding that there is none. */
  async copied(incidentId: string, id: string): Promise<Record<string, any>> {
    let found: Record<string, any> = {};
    await until(async () => {
      found = await this.one(incidentId, id);
      return found.copyState !== 'PENDING';
    }, 'a copy');
    return found;
  }

  say(operation: string, { token }: Person, input: object): Promise<GraphqlAnswer> {
    return send(this.service.url, operation, { input }, token);
  }

  /** `OK`, or the code and the fields it is refused with. */
  async attempt(operation: string, person: Person, input: object): Promise<string> {
    const [error] = (await this.say(operation, person, input)).errors ?? [];
    if (!error) return 'OK';
    const { code, fields = [] } = error.extensions;
    return [code, ...fields.map(({ field }) => field)].join(' ');
  }

  /** Files in the storage, by their path. */
  async stored(): Promise<Map<string, Buffer>> {
    const names = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const paths = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    const files = new Map<string, Buffer>();
    for (const path of paths) {
      // One may be deleted meanwhile.
      const bytes = await readFile(path).catch(() => undefined);
      if (bytes) files.set(path, bytes);
    }
    return files;
  }

  /** Everything that a refused file must leave as it was. */
  async counts(): Promise<Record<string, number>> {
    const [rows] = await this.service.database.query<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM evidence) AS evidence,
         (SELECT count(*)::int FROM evidence_copy) AS copies,
         (SELECT count(*)::int FROM evidence_pending) AS pending,
         (SELECT count(*)::int FROM ledger_entry) AS ledger`,
    );
    return { ...rows, files: (await this.stored()).size };
  }

  /** Where a file lies. */
  async pathOf(id: string, version = 0): Promise<string> {
    const [row] = await this.service.database.query<{ key: string }>(
      version === 0
        ? 'SELECT object_key AS key FROM evidence WHERE id = $1 AND 0 = $2'
        : 'SELECT object_key AS key FROM evidence_copy WHERE evidence_id = $1 AND version = $2',
      [id, version],
    );
    return join(this.folder, row!.key.slice(0, 2), row!.key);
  }

  /** Lets the hour pass after which what no row needs is deleted; waits until it was. */
  async passTheHour(): Promise<void> {
    const { database } = this.service;
    await until(async () => {
      // Again and again: a copy that is being made has its hour, too.
      await database.query(
        `UPDATE pgboss.job SET start_after = now()
         WHERE name = 'evidence-orphan' AND state = 'created' AND start_after > now()`,
      );
      const [left] = await database.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pgboss.job
         WHERE name IN ('evidence-copy', 'evidence-orphan')
           AND state IN ('created', 'retry', 'active')`,
      );
      return left!.n === 0;
    }, 'the orphans’ end');
  }
}
