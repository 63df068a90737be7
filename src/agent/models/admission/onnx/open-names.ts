import { quoted } from '../findings.ts';
import type { GraphBody } from './graph-body.ts';
import type { Inspection } from './inspection.ts';

/** Reports values that are used before they are made; what a subgraph does not make, its parent must. */
export function reportOpenNames(inspection: Inspection, body: GraphBody): void {
  for (const { name, usedBy, madeBy } of body.scope.open()) {
    if (madeBy !== undefined) {
      const by =
        madeBy === usedBy
          ? 'which it makes itself'
          : `which only a later node makes: ${body.labelOf(madeBy)}`;
      inspection.add('cyclic-graph', body.labelOf(usedBy), `it uses ${quoted(name)}, ${by}`);
    } else if (body.parent !== undefined) body.parent.body.scope.use(name, body.parent.node);
    else
      inspection.add('undefined-value', body.labelOf(usedBy), `it uses ${quoted(name)}, which nothing makes`);
  }
}
