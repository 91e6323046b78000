import { registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../../platform/graphql-enum.js';
import { INCIDENT_ORDERS } from './incident-order.js';

export const IncidentOrder = enumOf(INCIDENT_ORDERS);
registerEnumType(IncidentOrder, {
  name: 'IncidentOrder',
  description: 'By when the first report came in, or when the first observation was made.',
});
