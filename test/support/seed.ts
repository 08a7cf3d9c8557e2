/** Every property begins at the same seed, so that a run fails today exactly when it failed yesterday; another one is looked at by hand. */

import { configureGlobal } from 'fast-check';
import { PROPERTY_SEED } from './property.js';

configureGlobal({ seed: PROPERTY_SEED });
