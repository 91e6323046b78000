export interface VerifySetup {
  url: string;
  secrets: { AREA_KEY: string; TOKEN_KEY: string; DATA_KEYS: string };
}
