/** What a contestant gets that has no database: everything, in the clear. */
export interface PeerSetup {
  /** JSON: an array of devices. */
  devicesFile: string;
  origin: string;
  payload: string;
  vapid: { subject: string; publicKey: string; privateKey: string };
}
