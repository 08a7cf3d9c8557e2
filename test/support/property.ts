/** How long tests of properties look, and where they start: `PROPERTY_RUNS=2000 PROPERTY_SEED=7 npx vitest run test/property`. */

export const PROPERTY_RUNS = Number(process.env['PROPERTY_RUNS'] ?? 60);
export const PROPERTY_SEED = Number(process.env['PROPERTY_SEED'] ?? 1);
