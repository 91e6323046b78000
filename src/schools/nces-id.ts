/** Identifiers of the National Center for Education Statistics: digits, leading zeros included. */
export const SCHOOL_ID = /^\d{12}$/;
export const DISTRICT_ID = /^\d{7}$/;

export const SCHOOL_ID_RULE = 'must be 12 digits, an NCESSCH with its leading zero';
export const DISTRICT_ID_RULE = 'must be 7 digits, an LEAID with its leading zero';
