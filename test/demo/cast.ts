import type { ChildService } from '../support/child-service.js';
import { accept, hire, type Person } from '../support/staff.js';

/** The people of the demo, of three organizations, each in through an invite. */
export class Cast {
  private constructor(
    readonly admin: Person,
    /** Sees it, and reports it. She is a dispatcher too, and may not verify her own report. */
    readonly witness: Person,
    readonly responder: Person,
    readonly dispatcher: Person,
  ) {}

  static async assemble({ url, adminInvite }: ChildService): Promise<Cast> {
    if (!adminInvite) throw new Error('the service printed no admin invite');
    const admin = await accept(url, adminInvite, 'Coordinator');
    const witness = await hire(url, admin, 'DISPATCHER', 'Comité Latino');
    const responder = await hire(url, witness, 'RESPONDER', 'Comité Latino');
    const dispatcher = await hire(url, admin, 'DISPATCHER', 'Parents of Osceola');
    await hire(url, admin, 'ANALYST', 'Schools Law Clinic');
    return new Cast(admin, witness, responder, dispatcher);
  }

  summary(): string {
    return '1 admin, 2 dispatchers, 1 responder, 1 analyst; organizations: Comité Latino, Parents of Osceola, Schools Law Clinic';
  }
}
