export interface ImportSetup {
  url: string;
  /** The national file. */
  file: string;
}
