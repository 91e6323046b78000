/** Where files of evidence are kept, sealed. */
export interface EvidencePlace {
  /** Absolute path; used where there is no bucket. */
  folder: string;
  s3: S3Config | undefined;
}

/** A bucket, and who we are to it. */
export interface S3Config {
  /** Of the bucket: `https://s3.example.org/campana`. */
  url: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

const S3_KEYS = ['EVIDENCE_S3_ACCESS_KEY_ID', 'EVIDENCE_S3_SECRET_ACCESS_KEY'] as const;

/** From the environment: a whole bucket or none. Neither address nor keys are shown. */
export function bucketFrom(
  text: (name: string) => string | undefined,
  problems: string[],
): S3Config | undefined {
  const [url, region] = [text('EVIDENCE_S3_URL'), text('EVIDENCE_S3_REGION') ?? 'us-east-1'];
  const [accessKeyId, secretAccessKey] = S3_KEYS.map(text);
  if (!url) {
    for (const name of S3_KEYS)
      if (text(name)) problems.push(`${name} is of no use without EVIDENCE_S3_URL`);
    return undefined;
  }
  const { protocol = '', pathname = '/', username = '' } = URL.parse(url) ?? {};
  if (!/^https?:$/.test(protocol) || pathname === '/' || username)
    problems.push(
      'EVIDENCE_S3_URL must be the http or https URL of a bucket, such as https://s3.example.org/campana',
    );
  for (const name of S3_KEYS)
    if (!text(name)) problems.push(`${name} is missing: EVIDENCE_S3_URL needs it`);
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { url: url.replace(/\/+$/, ''), region, accessKeyId, secretAccessKey };
}
