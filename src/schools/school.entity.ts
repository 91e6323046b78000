import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('school')
@Index('school_words', { synchronize: false })
@Index('school_place', ['latitude', 'longitude'])
@Index('school_district', ['districtId'])
export class SchoolRow {
  /** NCESSCH, twelve digits. */
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  street!: string;

  @Column({ type: 'text' })
  city!: string;

  @Column({ type: 'text' })
  state!: string;

  @Column({ type: 'text' })
  zip!: string;

  @Column({ type: 'text' })
  county!: string;

  @Column({ type: 'text', nullable: true })
  level!: string | null;

  @Column({ type: 'integer', nullable: true })
  enrollment!: number | null;

  @Column({ type: 'double precision' })
  latitude!: number;

  @Column({ type: 'double precision' })
  longitude!: number;

  @Column({ type: 'boolean' })
  open!: boolean;

  @Column({ type: 'text', name: 'district_id' })
  districtId!: string;

  /** The words of name and city, as the search compares them. */
  @Column({ type: 'text', array: true })
  words!: string[];
}

/** Every word that a school's name or city has held: what a misspelled one is compared with. */
@Entity('school_word')
@Index('school_word_trigrams', { synchronize: false })
export class SchoolWordRow {
  @PrimaryColumn({ type: 'text' })
  word!: string;
}
