import pg from 'pg';
import utils from 'pg/lib/utils.js';

/** As much of a connection of `pg` as is written to. */
export interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  readonly parsedStatements: Readonly<Record<string, string | undefined>>;
  bind(config: object): void;
  execute(config: object): void;
  sync(): void;
}

/** What `pg` calls of a query; its types leave most of it out. */
interface Asked {
  callback: (error: Error | null, result?: unknown) => void;
}
const Query = pg.Query as unknown as new (config: object) => Asked;

interface Filled {
  made: { readonly name: string; readonly text: string };
  values: unknown[];
}

/**
 * Statements that the connection knows already, sent as one, with one Sync at their end: PostgreSQL
 * carries them out one after another without an answer in between, whose rows nobody needs, and leaves
 * out all that come after one that failed.
 */
class Together extends Query {
  private readonly tags: string[] = [];

  constructor(
    private readonly all: readonly Filled[],
    answered: (error: Error | null, tags: string[]) => void,
  ) {
    // Named in errors and by whoever watches: what all of it is for, mostly COMMIT.
    super({ text: all.at(-1)!.made.text });
    this.callback = (error) => answered(error, this.tags);
  }

  /** What it is made of, in order. */
  get texts(): string[] {
    return this.all.map(({ made }) => made.text);
  }

  submit(wire: Wire): null {
    wire.stream.cork();
    try {
      for (const { made, values } of this.all) {
        const { prepareValue: valueMapper } = utils;
        wire.bind({ portal: '', statement: made.name, values, valueMapper });
        wire.execute({ portal: '', rows: 0 });
      }
    } catch (error) {
      // A value that cannot be written; what was to follow it is not sent.
      this.callback(error as Error);
    } finally {
      wire.sync();
      wire.stream.uncork();
    }
    return null;
  }

  handleDataRow(): void {}

  handleCommandComplete({ text }: { text: string }): void {
    this.tags.push(text);
  }

  handleReadyForQuery(): void {
    this.callback(null);
  }
}

/** Whether the connection has every one of them prepared. */
export const areKnown = ({ parsedStatements }: Wire, all: readonly Filled[]): boolean =>
  all.every(({ made }) => parsedStatements[made.name] !== undefined);

/** @returns what PostgreSQL says it did for each, such as `COMMIT`. */
export function sendTogether(
  line: { query(asked: pg.Submittable): unknown },
  all: readonly Filled[],
): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const answered = (error: Error | null, tags: string[]) =>
      error ? reject(error) : resolve(tags);
    line.query(new Together(all, answered) as unknown as pg.Submittable);
  });
}
