import { SetMetadata } from '@nestjs/common';

/** Metadata key under which a handler says who may use it; without it, nobody may. */
export const ACCESS = 'campana:access';

/** Marks an HTTP route that anybody may call. For GraphQL see `AllowedTo` in `identity`. */
export const Open = () => SetMetadata(ACCESS, ['PUBLIC']);
