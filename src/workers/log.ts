/** Writes a line for the agent's log. Lines never hold prompts, tensors or outputs. */
export type Log = (line: string) => void;
