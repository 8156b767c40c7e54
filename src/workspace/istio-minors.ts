import { minorNames } from '#istio/minors.ts';

/** The istiod lines one can choose, newest first. */
export const istioMinors = minorNames;
