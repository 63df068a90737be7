/**
 * Node's flags for the agent, from whoever starts it. An idle agent must be small: V8's nursery would grow to 32 MB
 * while the program starts and stay so, and it is sized before the program could say anything.
 */
export const AGENT_NODE_FLAGS: readonly string[] = ['--max-semi-space-size=2', '--optimize-for-size'];
