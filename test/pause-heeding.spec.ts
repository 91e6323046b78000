import { AlertPause } from '../src/delivery/pause.service.js';
import { Bus } from '../src/platform/bus.js';
import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { subscribePush } from './support/family.js';
import { ask } from './support/graphql.js';
import { PAUSE, RESUME } from './support/operations.js';
import { hearPause } from './support/outbox.js';
import { startService, trust, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const OSCEOLA = { districtId: '1201470' };

/** What a worker holds back follows the pause, however late or badly it can be read. */
describe('the end of a pause is heeded', () => {
  let service: TestService;
  let push: PushService;
  let crew: Crew;
  let desk: Desk;
  /** How the process reads whether there is a pause. */
  let pauses: AlertPause;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService();
    crew = await Crew.of(service);
    desk = new Desk(service);
    pauses = service.service.app.get(AlertPause);
  });
  afterEach(async () => {
    Reflect.deleteProperty(pauses, 'current');
    await desk.attempt(RESUME, service.admin);
  });
  afterAll(async () => {
    await service.close();
    await push.stop();
  });

  const resume = () => ask(service.url, RESUME, {}, service.admin.token);
  const pause = async () => {
    const hearer = await hearPause(service.url, crew.dispatcher);
    await ask(service.url, PAUSE, {}, crew.dispatcher.token);
    await hearer.heard(1);
    hearer.close();
  };
  const read = AlertPause.prototype.current;
  /** An alert reaches a phone. */
  const sends = async () => {
    const { device } = await subscribePush(service.url, push, [OSCEOLA]);
    const { alertId } = await crew.alert({ location: desk.spot() });
    await push.waitFor(() => device.received.some(({ json }) => json.id === alertId));
  };

  it('when what was read before it, as the line came back, arrives after it', async () => {
    await pause();
    const slow = Promise.withResolvers<void>();
    let onTheWay = 0;
    pauses.current = async () => {
      const found = await read.call(pauses);
      if (found) onTheWay += 1;
      if (found) await slow.promise;
      return found;
    };
    await service.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'campana-bus'
         AND datname = current_database()`,
    );
    await until(() => onTheWay >= 2, 'the readings');
    const hearer = await hearPause(service.url, crew.dispatcher);
    let arrived = false;
    service.service.app.get(Bus).onArrival('pause', () => (arrived = true));
    await resume();
    await until(() => arrived, 'the end');
    for (let look = 0; look < 3; look++) expect(await read.call(pauses)).toBeNull();
    slow.resolve();
    await hearer.heard(1);
    await sends();
    hearer.close();
  });

  it('when it could not be read at once', async () => {
    await pause();
    let failed = 0;
    pauses.current = () => Promise.reject(new Error(`not now: ${++failed}`));
    await resume();
    await until(() => failed >= 2, 'the readings');
    const hearer = await hearPause(service.url, crew.dispatcher);
    Reflect.deleteProperty(pauses, 'current');
    await sends();
    await hearer.heard(1);
    expect(hearer.states.at(-1)).toMatchObject({ paused: false });
    hearer.close();
  });
});
