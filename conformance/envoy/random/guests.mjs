export function guestScenario() {}
