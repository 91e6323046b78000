/** Upper bounds in minutes, inclusive; what took longer is in a bucket of its own. */
export const BUCKETS = [1, 2, 5, 10, 15, 30, 60, 120, 240] as const;
