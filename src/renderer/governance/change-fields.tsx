import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Governance } from '../../shared/governance.ts';
import { useAmountText } from '../wallet/use-amount-text.ts';
import { type ChangeDraft, type DraftField, type ReadDraft, sumOfShares } from './change-draft.ts';
import { DraftInput } from './draft-input.tsx';
import { usePercent } from './use-percent.ts';

interface FieldsProps {
  readonly governance: Governance;
  readonly draft: ChangeDraft;
  readonly read: ReadDraft;
  readonly onDraft: (draft: ChangeDraft) => void;
}

/** The fields of the kind of change that is being written. */
export function ChangeFields(props: FieldsProps) {
  switch (props.draft.what) {
    case 'fee-split':
      return <FeeFields {...props} />;
    case 'reward-weights':
      return <RewardFields {...props} />;
    case 'model-type':
      return <ModelFields {...props} />;
  }
}

function FeeFields({ governance, draft, read, onDraft }: FieldsProps) {
  const { t } = useTranslation();
  const percent = usePercent();
  const { feeSplit } = governance.parameters;
  const sum = sumOfShares(draft);
  return (
    <div>
      <div className="grid gap-3 sm:grid-cols-3">
        {(['nodes', 'protocol', 'stakers'] as const).map((field) => (
          <DraftInput
            key={field}
            label={t(`governance.form.${field}`)}
            note={t('governance.form.now', { value: percent(feeSplit[field]) })}
            value={draft[field]}
            problem={read.fields[field]}
            onChange={(text) => onDraft(withText(draft, field, text))}
          />
        ))}
      </div>
      {sum !== null && (
        <p
          role="status"
          className={`mt-2 text-sm font-semibold tabular-nums ${sum === 10_000 ? 'text-jade' : 'text-ember'}`}
        >
          {t('governance.form.sum', { sum: percent(sum) })}
        </p>
      )}
    </div>
  );
}

function RewardFields({ governance, draft, read, onDraft }: FieldsProps) {
  const { t } = useTranslation();
  const percent = usePercent();
  const { number, symbol } = useAmountText();
  const { rewardWeights } = governance.parameters;
  const now = {
    usage: percent(rewardWeights.usage),
    perGpuHour: number(rewardWeights.availabilityPerGpuHourWei),
    perEpoch: number(rewardWeights.availabilityPerEpochWei),
  };
  return (
    <div className="grid gap-3">
      {(['usage', 'perGpuHour', 'perEpoch'] as const).map((field) => (
        <DraftInput
          key={field}
          label={t(`governance.form.${field}`, { symbol })}
          note={t('governance.form.now', { value: now[field] })}
          value={draft[field]}
          problem={read.fields[field]}
          onChange={(text) => onDraft(withText(draft, field, text))}
        />
      ))}
    </div>
  );
}

function ModelFields({ governance, draft, read, onDraft }: FieldsProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className="grid gap-3">
      <DraftInput
        label={t('governance.form.kind')}
        note={t('governance.form.kindHelp')}
        value={draft.kind}
        problem={read.fields.kind}
        suggestions={governance.parameters.modelTypes.map(({ kind }) => kind)}
        onChange={(kind) => onDraft({ ...draft, kind: kind.trim() })}
      />
      <div className="flex items-center gap-2">
        <input
          id={id}
          type="checkbox"
          className="size-4.5"
          checked={draft.admitted}
          onChange={(event) => onDraft({ ...draft, admitted: event.target.checked })}
        />
        <label htmlFor={id} className="font-semibold">
          {t('governance.form.admitted')}
        </label>
      </div>
      <DraftInput
        label={t('governance.form.weight')}
        value={draft.weight}
        problem={read.fields.weight}
        onChange={(weight) => onDraft({ ...draft, weight })}
      />
    </div>
  );
}

function withText(draft: ChangeDraft, field: Exclude<DraftField, 'kind'>, text: string): ChangeDraft {
  return { ...draft, [field]: text };
}
