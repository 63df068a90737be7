import { type FormEvent, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type Governance, LONGEST_DESCRIPTION_BYTES } from '../../shared/governance.ts';
import type { PlanRequest } from '../../shared/wallet-transactions.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { Button } from '../components/button.tsx';
import { ChoiceBar } from '../components/choice-bar.tsx';
import { DialogFrame } from '../wallet/dialog-frame.tsx';
import { type ChangeDraft, readDraft } from './change-draft.ts';
import { ChangeFields } from './change-fields.tsx';
import { ProposalNeeds } from './proposal-needs.tsx';
import { useProblemText } from './use-problem-text.ts';

const KINDS = ['fee-split', 'reward-weights', 'model-type'] as const;

interface ProposeProps {
  readonly governance: Governance;
  readonly draft: ChangeDraft;
  readonly onDraft: (draft: ChangeDraft) => void;
  readonly onPropose: (request: PlanRequest) => void;
}

/** Writes a proposal of one of the changes that Gata knows how to make. The draft outlives the dialog. */
export function ProposeDialog({
  open,
  onClose,
  ...props
}: ProposeProps & { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <DialogFrame open={open} title={t('governance.form.title')} onClose={onClose}>
      <ProposeForm {...props} />
    </DialogFrame>
  );
}

function ProposeForm({ governance, draft, onDraft, onPropose }: ProposeProps) {
  const { t } = useTranslation();
  const live = useIsLive();
  const id = useId();
  const problemText = useProblemText();
  const { parameters, token } = governance;
  const read = readDraft(draft, parameters, token.decimals);
  const hasVotes = BigInt(governance.votesWei) >= BigInt(governance.proposalThresholdWei);
  const isTooLong = read.descriptionProblem?.of === 'longDescription';
  const change = hasVotes ? read.change : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (live && change !== null)
      onPropose({ action: { kind: 'propose-change', change, description: draft.description } });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <div>
        <p id={`${id}-what`} className="mb-1 font-semibold">
          {t('governance.form.what')}
        </p>
        <ChoiceBar
          labelledBy={`${id}-what`}
          value={draft.what}
          choices={KINDS.map((value) => ({ value, label: t(`governance.form.kinds.${value}`) }))}
          onChange={(what) => onDraft({ ...draft, what })}
        />
      </div>
      <ChangeFields governance={governance} draft={draft} read={read} onDraft={onDraft} />
      <div>
        <label htmlFor={`${id}-why`} className="font-semibold">
          {t('governance.form.description')}
        </label>
        <textarea
          id={`${id}-why`}
          className="field mt-1 h-28 w-full resize-y py-2"
          dir="auto"
          value={draft.description}
          aria-invalid={isTooLong}
          aria-describedby={`${id}-why-note`}
          onChange={(event) => onDraft({ ...draft, description: event.target.value })}
        />
        <p
          id={`${id}-why-note`}
          role={isTooLong ? 'alert' : undefined}
          className={`text-sm ${isTooLong ? 'font-semibold text-ember' : 'text-muted'}`}
        >
          {isTooLong
            ? problemText({ of: 'longDescription' })
            : t('governance.form.descriptionHelp', {
                bytes: read.descriptionBytes,
                most: LONGEST_DESCRIPTION_BYTES,
              })}
        </p>
      </div>
      <ProposalNeeds governance={governance} />
      <div className="flex flex-wrap items-center justify-end gap-x-4 gap-y-2">
        {read.problem !== null && (
          <p role="status" className="min-w-0 grow basis-56 text-sm text-muted">
            {problemText(read.problem)}
          </p>
        )}
        <Button type="submit" variant="primary" disabled={!live || change === null}>
          {t('governance.form.submit')}
        </Button>
      </div>
    </form>
  );
}
