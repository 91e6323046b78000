import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/graphql-enum.js';
import { ANY_STAFF } from '../identity/roles.js';
import { VisibleTo } from '../identity/access.js';
import { connectionType } from '../platform/connection.js';
import { Resource } from '../resources/resource.graphql.js';
import { School } from '../schools/schools.graphql.js';
import {
  CAP_CERTAINTIES,
  CAP_MSG_TYPES,
  CAP_RESPONSE_TYPES,
  CAP_SEVERITIES,
  CAP_STATUSES,
  CAP_URGENCIES,
} from './cap.js';
import { DISTANCE_BANDS } from './distance-band.js';
import { ACTIVITIES, AGENCIES } from './notice.js';
import type { AlertRow } from './alert.entity.js';

export const Activity = enumOf(ACTIVITIES);
registerEnumType(Activity, { name: 'Activity' });
export const Agency = enumOf(AGENCIES);
registerEnumType(Agency, { name: 'Agency' });
const AlertStatus = enumOf(CAP_STATUSES);
registerEnumType(AlertStatus, { name: 'AlertStatus', description: 'CAP 1.2 status.' });
const MsgType = enumOf(CAP_MSG_TYPES);
registerEnumType(MsgType, { name: 'MsgType', description: 'CAP 1.2 msgType.' });
const ResponseType = enumOf(CAP_RESPONSE_TYPES);
registerEnumType(ResponseType, { name: 'ResponseType', description: 'CAP 1.2 responseType.' });
const Urgency = enumOf(CAP_URGENCIES);
registerEnumType(Urgency, { name: 'Urgency', description: 'CAP 1.2 urgency.' });
export const Severity = enumOf(CAP_SEVERITIES);
registerEnumType(Severity, { name: 'Severity', description: 'CAP 1.2 severity.' });
const Certainty = enumOf(CAP_CERTAINTIES);
registerEnumType(Certainty, { name: 'Certainty', description: 'CAP 1.2 certainty.' });
const Band = enumOf(DISTANCE_BANDS);
registerEnumType(Band, { name: 'DistanceBand', description: 'How far from the school.' });

@VisibleTo('PUBLIC')
@ObjectType({ description: 'The words of an alert in one language.' })
export class AlertText {
  @Field(() => String)
  locale!: string;

  @Field(() => String)
  headline!: string;

  @Field(() => String)
  body!: string;

  @Field(() => String)
  instruction!: string;

  @Field(() => [ID], {
    description: 'The references it was signed with: the first and the latest, as a push has room.',
  })
  references!: string[];

  @Field(() => [ID], {
    nullable: true,
    description:
      'Merged incidents it stands for; a member of the signed message only where not null.',
  })
  replaces?: string[];

  @Field(() => String, { description: 'The address it was signed with.' })
  url!: string;

  @Field(() => String, {
    description:
      'Ed25519 over the message as phones got it (RFC 8785): KEY.BASE64URL, see alertKeys.',
  })
  signature!: string;

  @Field(() => Boolean, { description: 'Whether a native reader has signed this language off.' })
  reviewed!: boolean;
}

@VisibleTo('PUBLIC')
@ObjectType({ description: 'A key by which anybody can check that an alert is the network’s.' })
export class AlertKey {
  @Field(() => ID, { description: 'What a signature begins with.' })
  id!: string;

  @Field(() => String)
  algorithm!: string;

  @Field(() => String, { description: '32 bytes in base64url.' })
  publicKey!: string;
}

@VisibleTo('PUBLIC')
@ObjectType({ description: 'One immutable public message, in the vocabulary of OASIS CAP 1.2.' })
export class Alert {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  incidentId!: string;

  @Field(() => AlertStatus)
  status!: AlertRow['status'];

  @Field(() => MsgType)
  msgType!: AlertRow['msgType'];

  @Field(() => ResponseType)
  responseType!: AlertRow['responseType'];

  @Field(() => Urgency)
  urgency!: AlertRow['urgency'];

  @Field(() => Severity)
  severity!: AlertRow['severity'];

  @Field(() => Certainty)
  certainty!: AlertRow['certainty'];

  @Field(() => Activity)
  activity!: AlertRow['facts']['activity'];

  @Field(() => Agency)
  agency!: AlertRow['facts']['agency'];

  @Field(() => Date)
  sent!: Date;

  @Field(() => Date)
  onset!: Date;

  @Field(() => Date)
  expires!: Date;

  @Field(() => Date, { nullable: true })
  ends!: Date | null;

  @Field(() => [ID], { description: 'Earlier messages of the incident, oldest first.' })
  references!: string[];

  @Field(() => School, { description: 'The nearest school.' })
  school!: School;

  @Field(() => Band)
  distance!: AlertRow['band'];

  @Field(() => String)
  url!: string;

  @Field(() => [Resource], {
    description:
      'What to do, and what one’s rights are there: what holds today, however old the alert is.',
  })
  resources!: Resource[];
}

export const AlertConnection = connectionType(Alert);

@VisibleTo(...ANY_STAFF)
@ObjectType({ description: 'How many an alert would reach, rounded to tens.' })
export class AudiencePreview {
  @Field(() => Int, { description: 'Devices that would be told.' })
  devices!: number;

  @Field(() => Int)
  radiusMeters!: number;

  @Field(() => [School], { description: 'Schools whose followers would be told, nearest first.' })
  schools!: School[];
}
