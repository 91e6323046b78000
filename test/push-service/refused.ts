/** Why a request was refused as malformed. */
export interface Refusal {
  reason: string;
  /** HTTP status it was answered with */
  status: number;
  /** undefined when the endpoint is unknown */
  deviceId: string | undefined;
}

export class Refused extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.name = 'Refused';
    this.status = status;
  }
}
