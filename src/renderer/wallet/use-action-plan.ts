import { useEffect, useState } from 'react';
import type { ActionPlan, PlanRequest } from '../../shared/wallet-transactions.ts';
import { usePlan } from '../api/wallet-queries.ts';
import { useNow } from '../components/use-now.ts';

export interface PlanInHand {
  /** What is shown; with `isCurrent` it can be confirmed. */
  readonly plan: ActionPlan | undefined;
  readonly isCurrent: boolean;
  readonly error: Error | null;
  readonly leftMs: number;
  planAgain: () => void;
}

/**
 * The plan of a request, planned again by itself when it expires.
 * @param held a plan whose confirmation is under way or in doubt: it stays, because a new one could do the same again.
 */
export function useActionPlan(request: PlanRequest, held: ActionPlan | undefined): PlanInHand {
  const [opening] = useState(() => crypto.randomUUID());
  const planned = usePlan(request, opening);
  const now = useNow(true);
  const plan = held ?? planned.data;
  const leftMs = plan === undefined ? 0 : Math.max(0, Date.parse(plan.expiresAt) - now);
  const { refetch, isFetching, error } = planned;
  const isOver = held === undefined && plan !== undefined && leftMs === 0;
  useEffect(() => {
    if (isOver && !isFetching && error === null) void refetch();
  }, [isOver, isFetching, error, refetch]);
  return {
    plan,
    isCurrent: held !== undefined || (!isFetching && error === null && plan !== undefined && leftMs > 0),
    error: held === undefined && !isFetching ? error : null,
    leftMs,
    planAgain: () => void refetch(),
  };
}
