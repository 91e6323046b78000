import { Injectable } from '@nestjs/common';

type Note = () => Promise<string>;

/**
 * What the rooms add to `/health/ready` for people to see. A note says how things stand; it does
 * not decide whether this process is ready.
 */
@Injectable()
export class HealthNotes {
  private readonly notes = new Map<string, Note>();

  add(name: string, note: Note): void {
    this.notes.set(name, note);
  }

  async read(): Promise<Record<string, string>> {
    const entries = [...this.notes].map(async ([name, note]) => {
      return [name, await note().catch(() => 'unknown')] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }
}
