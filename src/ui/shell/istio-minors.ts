/** The istiod lines one can choose, newest first: those whose chains are proved against recorded ones. */
export const istioMinors: readonly string[] = ['1.31', '1.30', '1.29', '1.28', '1.27', '1.26', '1.25', '1.24'];
