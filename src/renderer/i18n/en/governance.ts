/** The Governance screen: proposals, votes, the network's parameters. */
export const governance = {
  title: 'Governance',
};
