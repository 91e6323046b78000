import type { PushService } from '../push-service/push-service.js';
import type { Crew } from './crew.js';
import {
  connectSocket,
  subscribePush,
  type Area,
  type PushFamily,
  type SocketFamily,
} from './family.js';

/** A family of the public, with a phone and a socket, to whom no drill may come. */
export class Bystander {
  private constructor(
    private readonly push: PushService,
    readonly family: PushFamily,
    private readonly socket: SocketFamily,
  ) {}

  /** @param areas those that the drills are about */
  static async of(url: string, push: PushService, areas: Area[]): Promise<Bystander> {
    const family = await subscribePush(url, push, areas);
    const socket = await connectSocket(url, { token: family.token });
    await socket.watch({});
    return new Bystander(push, family, socket);
  }

  /** Something real happens: of that it is told, and so far it was told of nothing else. */
  async hearsOnlyWhatIsReal(crew: Crew): Promise<void> {
    const { incidentId, alertId } = await crew.alert();
    await crew.complete(this.push, alertId);
    const clearId = await crew.clear(incidentId);
    await crew.complete(this.push, clearId);
    await this.socket.until(2);
    const { received } = this.family.device;
    const heard = [received.splice(0).map(({ json }) => json), this.socket.received.splice(0)];
    for (const messages of heard) expect(messages.map(({ id }) => id)).toEqual([alertId, clearId]);
  }

  close(): void {
    this.socket.close();
  }
}
