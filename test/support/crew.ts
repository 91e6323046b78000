import type { PushService } from '../push-service/push-service.js';
import { ask } from './graphql.js';
import { CLEAR, DELIVERY, RETRACT, UPDATE, VERIFY } from './operations.js';
import { hire, report, type Person, type ReportChange } from './staff.js';
import type { TestService } from './test-service.js';

/** An author and a dispatcher of different organizations, and what they do to incidents. */
export class Crew {
  private constructor(
    private readonly service: Pick<TestService, 'url' | 'admin'>,
    readonly author: Person,
    readonly dispatcher: Person,
  ) {}

  static async of(service: Pick<TestService, 'url' | 'admin'>): Promise<Crew> {
    const author = await hire(service.url, service.admin, 'RESPONDER', 'One');
    const dispatcher = await hire(service.url, service.admin, 'DISPATCHER', 'Two');
    return new Crew(service, author, dispatcher);
  }

  /** The same people at the service as it was started again, on the same database. */
  at(service: Pick<TestService, 'url' | 'admin'>): Crew {
    return new Crew(service, this.author, this.dispatcher);
  }

  /** Files a report and verifies it; answers the incident and its alert. */
  async alert(change: ReportChange = {}, verification: object = {}) {
    const incidentId = await report(this.service.url, this.author, change);
    const alertId = await this.decide(VERIFY, incidentId, verification);
    return { incidentId, alertId };
  }

  update = (incidentId: string, change = 'EXTENDED', more: object = {}) =>
    this.decide(UPDATE, incidentId, { change, ...more });
  clear = (incidentId: string) => this.decide(CLEAR, incidentId);
  retract = (incidentId: string) => this.decide(RETRACT, incidentId);

  async delivery(alertId: string) {
    const { url } = this.service;
    return (await ask(url, DELIVERY, { alertId }, this.dispatcher.token)).delivery;
  }

  /** Waits until nothing of the alert's fan-out is pending. */
  async complete(push: PushService, alertId: string) {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const delivery = await this.delivery(alertId);
      if (delivery?.complete) return delivery;
      if (Date.now() > deadline) throw new Error(`not complete: ${JSON.stringify(delivery)}`);
      // The next arrival, or a moment: settling follows the answer.
      await push.waitFor(() => false, 50).catch(() => undefined);
    }
  }

  private async decide(operation: string, incidentId: string, more: object = {}) {
    const input = { incidentId, ...more };
    const answer = await ask(this.service.url, operation, { input }, this.dispatcher.token);
    const [incident] = Object.values(answer) as { alerts: { id: string }[] }[];
    return incident!.alerts.at(-1)!.id;
  }
}
