import { controlOrigin, startControl } from './control.js';
import { PushService } from './push-service.js';

const service = await PushService.start();
const control = await startControl(service);

const stop = async () => {
  control.close();
  control.closeAllConnections();
  await service.stop();
};
process.once('SIGINT', () => void stop());
process.once('SIGTERM', () => void stop());

console.log(
  JSON.stringify({
    origin: service.origin,
    caFile: service.certificates.caFile,
    controlOrigin: controlOrigin(control),
  }),
);
