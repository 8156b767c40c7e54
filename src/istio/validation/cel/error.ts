/** Why a rule cannot be evaluated, in cel-go's words where the API server shows them. */
export class CelError extends Error {}
