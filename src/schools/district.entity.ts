import { Column, Entity, PrimaryColumn } from 'typeorm';
import { SchoolRow, SchoolWordRow } from './school.entity.js';

@Entity('district')
export class DistrictRow {
  /** LEAID, seven digits. */
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  state!: string;
}

export const SCHOOL_ENTITIES = [DistrictRow, SchoolRow, SchoolWordRow];
