import { Column, Entity, PrimaryColumn, Index } from 'typeorm';

@Entity('organization')
@Index('organization_name', { synchronize: false })
export class OrganizationRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;
}
