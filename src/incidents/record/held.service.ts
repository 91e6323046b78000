import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database.js';
import { PoliciesService } from '../../schools/policies.service.js';
import { IncidentsStore } from '../incidents.store.js';
import { ErasureStore } from './erasure.store.js';

/** What legal holds keep: incidents, and what their districts had promised. */
@Injectable()
export class Held {
  constructor(
    private readonly store: ErasureStore,
    private readonly incidents: IncidentsStore,
    private readonly policies: PoliciesService,
  ) {}

  /** Until the transaction ends no hold is set or lifted: taken before anything else is locked. */
  async stand(tx: Transaction): Promise<void> {
    await this.store.lock(tx);
  }

  /** @returns ids of incidents, with all they were ever merged with, and of policies. */
  async subjects(tx: Transaction): Promise<string[]> {
    const incidents = await this.store.held(tx);
    if (incidents.length === 0) return [];
    const districts = await this.incidents.districtsOf(tx, incidents);
    return [...incidents, ...(await this.policies.idsOf(tx, districts))];
  }
}
